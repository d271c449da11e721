package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.frame.OwnRecord;
import io.weirflow.protocol.frame.OwnRecordCodec;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.testkit.log.MemoryFrameSender;
import io.weirflow.testkit.log.MemoryLog;
import org.junit.jupiter.api.Test;

final class ProcessingTimeTest {

    private static final LogPartition INBOX = new LogPartition("inbox", 0);

    private final MemoryLog log = new MemoryLog(() -> 0);
    private final MemoryFrameSender sender = new MemoryFrameSender(log);
    private final Ticker ticker = new Ticker(sender, INBOX, Incarnation.FIRST);

    @Test
    void passesWithTheLogAndNeverGoesBack() {
        ProcessingTime time = new ProcessingTime(Long.MIN_VALUE);
        assertThat(time.watermarkMs()).isEqualTo(Long.MIN_VALUE);
        assertThat(time.pass(1_000)).isTrue();
        assertThat(time.nowMs()).isEqualTo(1_000);
        assertThat(time.watermarkMs())
                .as("rows of the same millisecond may follow")
                .isEqualTo(999);
        assertThat(time.pass(400)).isFalse();
        assertThat(time.nowMs()).isEqualTo(1_000);
    }

    @Test
    void goesOnWhereTheCheckpointWas() {
        ProcessingTime time = new ProcessingTime(999);
        assertThat(time.nowMs()).isEqualTo(1_000);
        assertThat(time.pass(1_000)).isFalse();
        assertThat(time.pass(1_001)).isTrue();
    }

    @Test
    void ticksComeWhereNothingElseTellsTheTimeAndSeldomerTheLongerItIsQuiet() {
        assertThat(ticksWithin(0, 1_000)).isBetween(8, 10);
        assertThat(ticksWithin(1_000, 21_000)).as("longer and longer").isBetween(40, 60);
        assertThat(ticksWithin(21_000, 31_000)).as("once a second").isEqualTo(10);
        ticker.frame(31_000);
        assertThat(ticksWithin(31_000, 31_100)).isZero();
        assertThat(ticksWithin(31_100, 31_200)).isEqualTo(1);
    }

    @Test
    void framesAreTicks() {
        for (long nowMs = 0; nowMs < 5_000; nowMs += 50) {
            ticker.frame(nowMs);
            ticker.quiet(nowMs + 40);
        }
        assertThat(sender.pending()).isZero();
    }

    @Test
    void aTickLiesInTheSlotsOwnInbox() {
        log.createTopic(INBOX.topic(), 1);
        assertThat(ticksWithin(0, 150)).isEqualTo(1);
        sender.deliver(0, 1);
        byte[] value = log.read(INBOX, 0).value();
        assertThat(OwnRecordCodec.decode(value)).isEqualTo(new OwnRecord.Tick(Incarnation.FIRST));
    }

    private int ticksWithin(long fromMs, long toMs) {
        int before = sender.pending();
        for (long nowMs = fromMs; nowMs < toMs; nowMs += 5) {
            ticker.quiet(nowMs);
        }
        return sender.pending() - before;
    }
}
