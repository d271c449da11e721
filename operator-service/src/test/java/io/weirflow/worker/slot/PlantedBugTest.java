package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.worker.sim.Violation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.util.Lists;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The checkers of the simulation see what they are there to see: each rule is broken once, by a double outside the engine. */
@Execution(ExecutionMode.CONCURRENT)
final class PlantedBugTest {

    private static final int SEEDS = 500;
    private static final int FAULTS = 14;

    /** R6: a checkpoint that does not wait for acknowledgements. */
    @Test
    void checkpointsThatDoNotWaitForAcknowledgementsAreCaught() {
        assertThat(firstViolation(new Doubles(Impatient::new, UnaryOperator.identity(), (log, real) -> real, true)))
                .isEqualTo("OutputBeforeCommit");
    }

    /** R6 for the rows of at-least-once sinks. */
    @Test
    void checkpointsThatDoNotWaitForRowsAreCaught() {
        assertThat(firstViolation(new Doubles(Careless::new, UnaryOperator.identity(), (log, real) -> real, true)))
                .isEqualTo("AtLeastOnce");
    }

    /** R10: rows in one transaction and their number in the next. */
    @Test
    void rowsPublishedWithoutTheirNumberAreCaught() {
        assertThat(firstViolation(new Doubles(UnaryOperator.identity(), Torn::new, (log, real) -> real, true)))
                .isEqualTo("SinkAtomic");
    }

    /** R7: a slot is taken from a silent worker without fencing it. */
    @Test
    void slotsTakenWithoutAFenceAreCaught() {
        assertThat(firstViolation(
                        new Doubles(UnaryOperator.identity(), UnaryOperator.identity(), (log, real) -> real, false)))
                .isEqualTo("FenceBeforeRead");
    }

    /** R4: a receiver with a high-water mark in place of the chain. */
    @Test
    void aHighWaterMarkInPlaceOfTheChainIsCaught() {
        assertThat(firstViolation(new Doubles(
                        UnaryOperator.identity(), UnaryOperator.identity(), HighWaterMarkReader::new, true)))
                .isEqualTo("Chain");
    }

    private static String firstViolation(Doubles doubles) {
        for (long seed = 0; seed < SEEDS; seed++) {
            SlotWorld world = new SlotWorld(seed, FAULTS, doubles);
            try {
                world.run();
                SlotSimulationTest.checkGlobal(world);
            } catch (Violation e) {
                // What was left open by a worker that nobody fences keeps others waiting: that is no proof of anything
                // else.
                if (!e.invariant().equals("Liveness")) {
                    return e.invariant();
                }
            }
        }
        return "none in " + SEEDS + " seeds";
    }

    private record Impatient(FrameSender real) implements FrameSender {
        @Override
        public void send(LogPartition to, byte[] frame, Callback callback) {
            real.send(to, frame, (offset, failure) -> {});
            callback.done(UNKNOWN_OFFSET, null);
        }

        @Override
        public void send(LogRecord row, Callback callback) {
            real.send(row, callback);
        }

        @Override
        public boolean congested() {
            return real.congested();
        }

        @Override
        public void flushSoon() {}

        @Override
        public void close() {
            real.close();
        }
    }

    private record Careless(FrameSender real) implements FrameSender {
        @Override
        public void send(LogPartition to, byte[] frame, Callback callback) {
            real.send(to, frame, callback);
        }

        @Override
        public void send(LogRecord row, Callback callback) {
            real.send(row, (offset, failure) -> {});
            callback.done(UNKNOWN_OFFSET, null);
        }

        @Override
        public boolean congested() {
            return real.congested();
        }

        @Override
        public void flushSoon() {}

        @Override
        public void close() {
            real.close();
        }
    }

    private record Torn(LeaseLog real) implements LeaseLog {
        @Override
        public void acquire() {
            real.acquire();
        }

        @Override
        public Map<LogPartition, Long> commit(Iterable<LogRecord> given) {
            List<LogRecord> records = Lists.newArrayList(given);
            Map<LogPartition, Long> next = new HashMap<>();
            for (boolean rows : new boolean[] {true, false}) {
                List<LogRecord> half = records.stream()
                        .filter(record -> record.topic().equals(SimPlan.OUT_TOPIC) == rows)
                        .toList();
                if (!half.isEmpty()) {
                    next.putAll(real.commit(half));
                }
            }
            return next;
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
