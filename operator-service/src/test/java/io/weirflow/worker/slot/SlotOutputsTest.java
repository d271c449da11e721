package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.testkit.log.MemoryFrameSender;
import io.weirflow.testkit.log.MemoryLog;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When frames leave a slot. */
final class SlotOutputsTest {

    private static final byte[] ROW = new byte[1 << 10];
    private static final int ROWS = 200;

    private final MemoryFrameSender sender = new MemoryFrameSender(new MemoryLog(() -> 0));
    private final OutstandingSends sends = new OutstandingSends();
    private final Pipeline pipeline = new SimPlan(new Random(1), 0).pipeline();
    private final SlotOutputs outputs =
            new SlotOutputs(pipeline, pipeline.stage(0), new SenderId(0, Incarnation.FIRST, 0), sender, sends);

    /** The record that makes rows may make the slot fail before it is processed whole: then nobody has seen anything of it (rule R12). */
    @Test
    void fullFramesWaitForTheEndOfTheCycle() {
        for (int i = 0; i < ROWS; i++) {
            outputs.begin(1, 0, 0, i).writeBytes(ROW, 0, ROW.length);
            outputs.end();
        }
        assertThat(sender.pending()).isZero();
        assertThat(sends.sizeBytes()).as("they count as under way").isGreaterThan(100L * ROW.length);
        outputs.flush(1, true);
        assertThat(sender.pending()).isGreaterThanOrEqualTo(ROWS * ROW.length / (64 << 10));
        assertThat(outputs.states().get(0).lastSequence()).isEqualTo(ROWS);
    }
}
