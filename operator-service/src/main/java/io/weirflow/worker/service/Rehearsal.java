package io.weirflow.worker.service;

import io.weirflow.api.KafkaAccess;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.state.HeapAllowance;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.StateBackend;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.operators.OperatorFactory;
import io.weirflow.worker.sink.Committer;
import io.weirflow.worker.slot.Destinations;
import io.weirflow.worker.slot.LocalStates;
import io.weirflow.worker.slot.PoisonedRows;
import io.weirflow.worker.slot.Replica;
import io.weirflow.worker.slot.Slot;
import io.weirflow.worker.slot.SlotEnvironment;
import io.weirflow.worker.slot.SlotFailure;
import io.weirflow.worker.slot.SlotListener;
import io.weirflow.worker.slot.SlotMetrics;
import io.weirflow.worker.slot.SlotOpener;
import io.weirflow.worker.slot.SlotSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a slot for nothing and has it work for a moment, over logs that keep nothing, before a worker says that it is ready. A process that has never run a
 * slot loads two thousand classes and interprets all of them when it is given its first, and that slot would be silent meanwhile.
 *
 * <p>Nothing leaves the process: no topic is read or written, no connector opened, no user's code run. Its files are removed.
 */
public final class Rehearsal {

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    private static final SlotId SLOT = new SlotId(RehearsalPlan.NAME, RehearsalPlan.STAGE, 0);

    /** Enough for the compilers to have looked at what each row passes through. */
    static final int FRAMES = 2_000;

    private static final int FRAMES_A_CHECKPOINT = 250;
    private static final int FRAMES_A_CYCLE = 10;
    private static final long MS_A_FRAME = 25;
    private static final int MAX_LAST_CYCLES = 1_000;
    private static final long CACHE_BYTES = 1L << 20;

    private final Committer committer = Committer.driven(Nowhere::new);
    private final ExpressionCompiler compiler = new ExpressionCompiler();
    private final RehearsalPlan plan = new RehearsalPlan();
    private final RocksDbRuntime states;
    private final Path folder;

    private Rehearsal(RocksDbRuntime states, Path folder) {
        this.states = states;
        this.folder = folder;
    }

    /**
     * Rehearses, for at most so long. A failure is of no consequence: then the first slot takes longer.
     *
     * @param folder for files, which are removed
     * @param clockMs milliseconds of a clock that never goes back
     * @return the offset that the slot has come to
     */
    public static long run(RocksDbRuntime states, Path folder, LongSupplier clockMs, long maxMs) {
        long endMs = clockMs.getAsLong() + maxMs;
        try {
            Rehearsal rehearsal = new Rehearsal(states, folder);
            long position = rehearsal.play(0, clockMs, endMs);
            // Again, from the files that are there now.
            return rehearsal.play(position, clockMs, endMs);
        } catch (RuntimeException | LinkageError e) {
            LOG.atDebug().setCause(e).log("The rehearsal has failed; the first slots take longer to open");
            return 0;
        } finally {
            states.destroy(folder);
        }
    }

    /** Returns the offset after the last frame, all before it committed. */
    private long play(long from, LongSupplier clockMs, long endMs) {
        Slot slot = new SlotOpener(environment())
                .open(SLOT, PoisonedRows.NONE, new SlotMetrics(), new Unheard(), term -> {});
        try {
            long offset = from;
            while (offset < from + FRAMES && clockMs.getAsLong() < endMs) {
                slot.enqueue(offset, offset * MS_A_FRAME, plan.nextFrame());
                offset++;
                if (offset % FRAMES_A_CHECKPOINT == 0) {
                    slot.requestCheckpoint();
                }
                if (offset % FRAMES_A_CYCLE == 0) {
                    work(slot, offset);
                }
            }
            slot.requestRelease();
            for (int cycle = 0; cycle < MAX_LAST_CYCLES && !slot.closed(); cycle++) {
                work(slot, offset);
            }
            return slot.metrics().position();
        } finally {
            slot.close();
        }
    }

    private void work(Slot slot, long nowMs) {
        int unused = slot.doWork(nowMs) + committer.doWork();
    }

    private SlotEnvironment environment() {
        return new SlotEnvironment(
                RehearsalPlan.pipeline(),
                List.of(),
                RehearsalPlan.NAME,
                Incarnation.FIRST,
                folder,
                KafkaAccess.open(""),
                new Connectors(List.of(), List.of()),
                name -> {
                    throw new IllegalStateException("a rehearsal has no secrets");
                },
                compiler,
                new OperatorFactory(compiler, Rehearsal.class.getClassLoader(), CACHE_BYTES),
                new Files(),
                new HeapAllowance(CACHE_BYTES),
                committer,
                sink -> {
                    throw new IllegalStateException("a rehearsal has no sinks");
                },
                new Destinations(),
                new Acknowledging(),
                (changelog, from, handler) -> from,
                SlotSettings.DEFAULT,
                (stage, partition) -> Long.MAX_VALUE,
                any -> 0);
    }

    private final class Files implements LocalStates {
        @Override
        public StateBackend open(SlotId slot) {
            return states.open(folder);
        }

        @Override
        public void remove(SlotId slot) {
            states.destroy(folder);
        }
    }

    /** Frames are durable as soon as they are sent. */
    private static final class Acknowledging implements FrameSender {
        @Override
        public void send(LogPartition to, byte[] frame, Callback callback) {
            callback.done(UNKNOWN_OFFSET, null);
        }

        @Override
        public void send(LogRecord record, Callback callback) {
            callback.done(UNKNOWN_OFFSET, null);
        }

        @Override
        public boolean congested() {
            return false;
        }

        @Override
        public void flushSoon() {}

        @Override
        public void close() {}
    }

    /** A log of which only the offsets are kept. */
    private static final class Nowhere implements LeaseLog {
        private final Map<LogPartition, Long> ends = new HashMap<>();

        @Override
        public void acquire() {}

        @Override
        public Map<LogPartition, Long> commit(Iterable<LogRecord> records) {
            records.forEach(record -> ends.merge(new LogPartition(record.topic(), record.partition()), 1L, Long::sum));
            return Map.copyOf(ends);
        }

        @Override
        public void close() {}
    }

    private static final class Unheard implements SlotListener {
        @Override
        public void checkpointed(Progress progress) {}

        @Override
        public void senderBroken(SenderId sender, long expectedSequence, long foundSequence) {}

        @Override
        public void released() {}

        @Override
        public void upgraded(Replica state) {
            state.close();
        }

        @Override
        public void failed(SlotFailure failure) {
            LOG.atDebug().setCause(failure).log("The rehearsal has failed; the first slots take longer to open");
        }
    }
}
