package io.weirflow.worker.sim;

import io.weirflow.api.pipeline.EventTime;
import io.weirflow.protocol.frame.FrameBuilder;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.log.LogPartition;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** No row at or before an accepted watermark of its sender follows it, but for late ones of the source. */
final class WatermarkHonest extends Checker {

    private record Way(LogPartition inbox, SenderId sender) {}

    private final Receivers receivers;
    private final Predicate<LogPartition> honest;
    private final Map<Way, Long> watermarks = new HashMap<>();

    /** @param honest inboxes in which no row is late. Shown frames before {@code receivers} are. */
    WatermarkHonest(Receivers receivers, Predicate<LogPartition> honest) {
        this.receivers = receivers;
        this.honest = honest;
    }

    @Override
    void sent(SentFrame frame) {
        long last = receivers.accepted(frame.inbox(), frame.sender());
        if (frame.firstSequence() > last + 1 || !honest.test(frame.inbox())) {
            return;
        }
        Way way = new Way(frame.inbox(), frame.sender());
        long watermarkMs = watermarks.getOrDefault(way, Long.MIN_VALUE);
        long sequence = frame.firstSequence();
        for (SentFrame.SentRow row : frame.rows()) {
            boolean timed = row.eventTimeMs() != EventTime.NONE_MS;
            if (sequence++ > last && timed && row.eventTimeMs() <= watermarkMs) {
                throw violation(way + " had a row of " + row.eventTimeMs() + " after the watermark " + watermarkMs);
            }
        }
        if (frame.lastSequence() >= last && frame.watermarkMs() != FrameBuilder.NO_WATERMARK) {
            watermarks.merge(way, frame.watermarkMs(), Math::max);
        }
    }
}
