package io.weirflow.worker.slot;

import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.frame.FrameBuilder;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.testkit.log.MemoryLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows one inbox with a receiver of its own: Chain, SameBytes and WatermarkHonest. It shares nothing with the receiver of the engine but the
 * reading of frames.
 */
final class FrameCheck {

    private final MemoryLog log;
    private final LogPartition inbox;
    private final boolean honest;
    private final FrameReader frame = new FrameReader();
    private final ByteReader bytes = new ByteReader();

    /** Rows of each sender by their sequence, sent by any of its lives. */
    private final Map<SenderId, Map<Long, String>> rows = new HashMap<>();

    /** For each offset, what a receiver has accepted of each sender before it. */
    private final List<Map<SenderId, Long>> acceptedBefore = new ArrayList<>();

    private final Map<SenderId, Long> accepted = new HashMap<>();
    private final Map<SenderId, Long> watermarks = new HashMap<>();
    private long next;

    /** @param honest whether no row may be older than a watermark that its sender gave before */
    FrameCheck(MemoryLog log, LogPartition inbox, boolean honest) {
        this.log = log;
        this.inbox = inbox;
        this.honest = honest;
    }

    /** Returns what a receiver has accepted of a sender before an offset. */
    long acceptedBefore(long offset, SenderId sender) {
        follow();
        Map<SenderId, Long> before = offset < acceptedBefore.size() ? acceptedBefore.get((int) offset) : accepted;
        return before.getOrDefault(sender, 0L);
    }

    void follow() {
        for (; next < log.end(inbox); next++) {
            acceptedBefore.add(new HashMap<>(accepted));
            MemoryLog.Entry entry = log.read(inbox, next);
            if (entry != null && entry.value() != null) {
                frame.open(entry.value());
                check();
            }
        }
    }

    private void check() {
        SenderId sender = frame.sender();
        long last = accepted.getOrDefault(sender, 0L);
        boolean takes = frame.firstSequence() <= last + 1;
        for (long sequence = frame.firstSequence(); frame.next(); sequence++) {
            String row = row();
            String before = rows.computeIfAbsent(sender, any -> new HashMap<>()).putIfAbsent(sequence, row);
            if (before != null && !before.equals(row)) {
                throw new Violation(
                        "SameBytes",
                        sender + " sent " + before + " and then " + row + " as " + sequence + " to " + inbox);
            }
            if (takes && sequence > last) {
                checkTime(sender, frame.eventTimeMs());
            }
        }
        if (!takes || frame.lastSequence() < last) {
            return;
        }
        accepted.put(sender, frame.lastSequence());
        if (frame.watermarkMs() != FrameBuilder.NO_WATERMARK) {
            watermarks.merge(sender, frame.watermarkMs(), Math::max);
        }
    }

    private void checkTime(SenderId sender, long eventTimeMs) {
        long watermarkMs = watermarks.getOrDefault(sender, Long.MIN_VALUE);
        if (honest && eventTimeMs <= watermarkMs) {
            throw new Violation(
                    "WatermarkHonest",
                    sender + " sent a row of " + eventTimeMs + " after the watermark " + watermarkMs);
        }
    }

    private String row() {
        frame.row(bytes);
        StringBuilder text = new StringBuilder(frame.port() + "@" + frame.eventTimeMs() + ":");
        while (bytes.remaining() > 0) {
            text.append(' ').append(bytes.readByte());
        }
        return text.toString();
    }
}
