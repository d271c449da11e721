package io.weirflow.worker.sim;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.log.LogPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A receiver for each inbox, by the chain rule (R4) and nothing else. It shares nothing with the engine's but the reading of frames. */
final class Receivers {

    private final Map<LogPartition, Receiver> receivers = new HashMap<>();

    private static final class Receiver {
        private final Map<SenderId, Long> accepted = new HashMap<>();
        private final List<SentFrame> frames = new ArrayList<>();

        /** For each offset, what was accepted of each sender before it. */
        private final List<Map<SenderId, Long>> before = new ArrayList<>();
    }

    void sent(SentFrame frame) {
        Receiver receiver = receivers.computeIfAbsent(frame.inbox(), any -> new Receiver());
        receiver.frames.add(frame);
        accept(receiver, frame);
    }

    private static void accept(Receiver receiver, SentFrame frame) {
        while (receiver.before.size() <= frame.offset()) {
            receiver.before.add(new HashMap<>(receiver.accepted));
        }
        long last = receiver.accepted.getOrDefault(frame.sender(), 0L);
        if (frame.firstSequence() <= last + 1 && frame.lastSequence() >= last) {
            receiver.accepted.put(frame.sender(), frame.lastSequence());
        }
    }

    /** The slot begins where its progress says, with what it had accepted by then; what lies before is of imports that came to nothing. */
    void restored(LogPartition inbox, Progress begin) {
        Receiver receiver = receivers.computeIfAbsent(inbox, any -> new Receiver());
        receiver.accepted.keySet().removeIf(sender -> sender.incarnation().equals(begin.incarnation()));
        begin.senders().forEach(sender -> receiver.accepted.put(sender.sender(), sender.lastSequence()));
        while (receiver.before.size() > begin.nextPosition()) {
            receiver.before.remove(receiver.before.size() - 1);
        }
        receiver.frames.stream()
                .filter(frame -> frame.offset() >= begin.nextPosition())
                .forEach(frame -> accept(receiver, frame));
    }

    /** Returns what a receiver has accepted of a sender before an offset. */
    long acceptedBefore(LogPartition inbox, long offset, SenderId sender) {
        Receiver receiver = receivers.get(inbox);
        if (receiver == null) {
            return 0;
        }
        Map<SenderId, Long> accepted =
                offset < receiver.before.size() ? receiver.before.get((int) offset) : receiver.accepted;
        return accepted.getOrDefault(sender, 0L);
    }

    long accepted(LogPartition inbox, SenderId sender) {
        return acceptedBefore(inbox, Long.MAX_VALUE, sender);
    }
}
