package io.weirflow.worker.service;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.StateBackend;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.sink.Committer;
import io.weirflow.worker.sink.SinkRunner;
import io.weirflow.worker.sink.SinkThread;
import io.weirflow.worker.slot.LocalStates;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Threads, and a directory for each slot. */
final class ThreadCrew implements Crew {

    /** They wait for Kafka and the disk most of the time, and all slots of a worker that has died may be opened at once. */
    private static final int OPENER_THREADS = 8;

    private final Path stateDir;
    private final RocksDbRuntime states;

    ThreadCrew(Path stateDir, RocksDbRuntime states) {
        this.stateDir = stateDir;
        this.states = states;
    }

    @Override
    public SlotThread slotThread(String name, InboxReader reader, LongSupplier clockMs) {
        SlotThread thread = new SlotThread(name, reader, clockMs);
        thread.start();
        return thread;
    }

    @Override
    public ExecutorService openers(String worker) {
        return Executors.newFixedThreadPool(OPENER_THREADS, work -> {
            Thread opener = new Thread(work, "open-" + worker);
            opener.setDaemon(true);
            return opener;
        });
    }

    @Override
    public Committer committer(String pipeline, Supplier<LeaseLog> opener) {
        return Committer.start(pipeline, opener);
    }

    @Override
    public SinkRunner sinks() {
        return SinkThread::start;
    }

    @Override
    public void run(Followers followers) {
        followers.start();
    }

    @Override
    public void run(HeardPositions positions) {
        positions.start();
    }

    /** {@inheritDoc} One for each run, whose classes go with it. */
    @Override
    public ExpressionCompiler compiler() {
        return new ExpressionCompiler();
    }

    @Override
    public LocalStates states(PipelineAdmitted run) {
        return new LocalStates() {
            @Override
            public StateBackend open(SlotId slot) {
                return states.open(directoryOf(run, slot));
            }

            @Override
            public void remove(SlotId slot) {
                states.destroy(directoryOf(run, slot));
            }
        };
    }

    private Path directoryOf(PipelineAdmitted run, SlotId slot) {
        StagePlan stage = run.plan().stage(slot.stage());
        return stateDir.resolve(run.name()).resolve(stage.uid()).resolve(Integer.toString(slot.partition()));
    }
}
