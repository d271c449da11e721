package io.weirflow.worker.sim;

import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.log.LogPartition;
import java.util.HashMap;
import java.util.Map;

/** Two lives of a slot agree on each (sender, destination, number). */
final class SameBytes extends Checker {

    private record Number(LogPartition inbox, SenderId sender, long sequence) {}

    private final Map<Number, SentFrame.SentRow> rows = new HashMap<>();

    @Override
    void sent(SentFrame frame) {
        long sequence = frame.firstSequence();
        for (SentFrame.SentRow row : frame.rows()) {
            Number number = new Number(frame.inbox(), frame.sender(), sequence++);
            SentFrame.SentRow before = rows.putIfAbsent(number, row);
            if (before != null && !before.equals(row)) {
                throw violation("sent " + before + " and then " + row + " as " + number);
            }
        }
    }
}
