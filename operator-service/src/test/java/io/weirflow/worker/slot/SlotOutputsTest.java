package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.testkit.log.MemoryFrameSender;
import io.weirflow.testkit.log.MemoryLog;
import io.weirflow.worker.sim.Checkers;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When frames leave a slot. */
final class SlotOutputsTest {

    private static final byte[] ROW = new byte[1 << 10];
    private static final int ROWS = 200;

    /** Of both slots of stage 0 together. */
    private static final long LIMIT = 2 * 50_000;

    private final MemoryLog log = new MemoryLog(() -> 0);
    private final MemoryFrameSender sender = new MemoryFrameSender(log);
    private final SlotMetrics metrics = new SlotMetrics();
    private final OutstandingSends sends = new OutstandingSends(metrics);
    private final Map<Integer, Long> processed = new HashMap<>();
    private final ReceiverPositions receivers = (stage, partition) -> processed.getOrDefault(partition, 0L);
    private final Pipeline pipeline = new SimPlan(new Random(1), 0).pipeline();
    private final SlotOutputs outputs = new SlotOutputs(
            pipeline, pipeline.stage(0), new SenderId(0, Incarnation.FIRST, 0), sender, sends, receivers, LIMIT);

    /** The record that makes rows may make the slot fail before it is processed whole: then nobody has seen anything of it (rule R12). */
    @Test
    void fullFramesWaitForTheEndOfTheCycle() {
        for (int i = 0; i < ROWS; i++) {
            outputs.begin(1, 0, 0, i).writeBytes(ROW, 0, ROW.length);
            outputs.end();
        }
        assertThat(sender.pending()).isZero();
        assertThat(sends.sizeBytes()).as("they count as under way").isGreaterThan(100L * ROW.length);
        assertThat(metrics.bytesSent()).isEqualTo(sends.sizeBytes());
        outputs.flush(1, true);
        assertThat(sender.pending()).isGreaterThanOrEqualTo(ROWS * ROW.length / (64 << 10));
        assertThat(outputs.states().get(0).lastSequence()).isEqualTo(ROWS);
    }

    @Test
    void whatWaitsInAnInboxCountsUntilItIsProcessed() {
        log.createTopic(Checkers.inbox(1, 0).topic(), SimPlan.SLOTS);
        assertThat(outputs.windowTaken(1)).isZero();
        send(1, 20);
        assertThat(outputs.windowTaken(2)).as("asked again too soon").isZero();
        deliver();
        assertThat(outputs.windowTaken(11)).isBetween(0.4, 0.5);
        send(1, 30);
        send(0, 1);
        deliver();
        assertThat(outputs.windowTaken(21)).as("the fuller of the two").isGreaterThan(1);
        processed.put(1, log.end(Checkers.inbox(1, 1)) - 1);
        assertThat(outputs.windowTaken(31)).isBetween(0.6, 0.7);
        processed.put(1, log.end(Checkers.inbox(1, 1)));
        assertThat(outputs.windowTaken(41)).isBetween(0.02, 0.03);
    }

    private void send(int partition, int rows) {
        for (int i = 0; i < rows; i++) {
            outputs.begin(1, partition, 0, i).writeBytes(ROW, 0, ROW.length);
            outputs.end();
        }
        outputs.flush(1, false);
    }

    private void deliver() {
        while (sender.pending() + sender.answers() > 0) {
            sender.deliver(0, 1);
            sender.answer(0);
        }
    }
}
