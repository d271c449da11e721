package io.weirflow.worker.service;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.SecretResolver;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogException;
import io.weirflow.state.HeapAllowance;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.operators.OperatorFactory;
import io.weirflow.worker.sink.Committer;
import io.weirflow.worker.slot.Destinations;
import io.weirflow.worker.slot.PoisonedRows;
import io.weirflow.worker.slot.ReceiverPositions;
import io.weirflow.worker.slot.Replica;
import io.weirflow.worker.slot.Slot;
import io.weirflow.worker.slot.SlotEnvironment;
import io.weirflow.worker.slot.SlotListener;
import io.weirflow.worker.slot.SlotMetrics;
import io.weirflow.worker.slot.SlotOpener;
import io.weirflow.worker.slot.SlotSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a pipeline in one worker: what its slots share, and the lease under which they commit. Safe for use by several threads. */
final class PipelineHost implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineHost.class);

    /** More than this one operator hardly uses. */
    private static final long MAX_CACHE_BYTES_OF_ONE = 64L << 20;

    private volatile PipelineAdmitted admitted;
    private final WorkerSettings settings;
    private final WorkerLogs logs;
    private final Committer committer;
    private final ChangelogReader changelogs;
    private final SlotEnvironment environment;
    private volatile SlotOpener opener;
    private final Object leaseLock = new Object();
    private final AtomicBoolean prepared = new AtomicBoolean();
    private final Map<StageVersion, Boolean> compiled = new ConcurrentHashMap<>();
    private long bookTerm = -1;
    private @Nullable ControlBook bookAtLease;

    private record StageVersion(int stage, int version) {}

    PipelineHost(
            PipelineAdmitted admitted,
            WorkerSettings settings,
            WorkerLogs logs,
            FrameSender sender,
            ReceiverPositions receivers,
            Connectors connectors,
            SecretResolver secrets,
            Crew crew,
            ClassLoader plugins) {
        this.admitted = admitted;
        this.settings = settings;
        this.logs = logs;
        String lease = Names.leaseTransactionalId(admitted.name(), settings.id().name());
        this.committer = crew.committer(admitted.name(), () -> logs.openLease(lease));
        this.changelogs = logs.changelogs();
        ExpressionCompiler compiler = crew.compiler();
        this.environment = new SlotEnvironment(
                admitted.plan(),
                admitted.former(),
                admitted.instance(),
                admitted.incarnation(),
                Path.of(admitted.baseDir()),
                logs.kafka(),
                connectors,
                secrets,
                compiler,
                new OperatorFactory(compiler, plugins, cacheBytesOfOne(admitted.plan(), settings.cacheBytes())),
                crew.states(admitted),
                new HeapAllowance(settings.overlayBytes()),
                committer,
                crew.sinks(),
                new Destinations(),
                sender,
                changelogs,
                slotSettings(admitted.plan(), settings),
                receivers,
                this::inboxStart);
        this.opener = new SlotOpener(environment);
    }

    /** As if all slots of the pipeline ran here, which they may. */
    private static long cacheBytesOfOne(Pipeline plan, long allBytes) {
        long operators = plan.stages().stream()
                .mapToLong(stage -> stage.slots()
                        * stage.steps().stream()
                                .filter(step -> step.spec() instanceof StepSpec.WindowAggregate
                                        || step.spec() instanceof StepSpec.Alert)
                                .count())
                .sum();
        return Math.min(MAX_CACHE_BYTES_OF_ONE, allBytes / Math.max(1, operators));
    }

    /** The same. Stages that read a source have no state. */
    private static SlotSettings slotSettings(Pipeline plan, WorkerSettings settings) {
        long stateful = slots(plan.stages().stream().filter(stage -> stage.input() instanceof StageInput.Inbox));
        long all = slots(plan.stages().stream());
        return settings.slot().within(share(settings.overlayBytes(), stateful), share(settings.waitingBytes(), all));
    }

    private static long slots(Stream<StagePlan> stages) {
        return stages.mapToLong(StagePlan::slots).sum();
    }

    private static long share(long bytes, long slots) {
        return Math.max(1, bytes / Math.max(1, slots));
    }

    String pipeline() {
        return admitted.name();
    }

    /** There are other versions of the stages: slots that are opened from now on may need them. */
    void admitted(PipelineAdmitted newer) {
        if (!newer.equals(admitted)) {
            admitted = newer;
            opener = new SlotOpener(environment.with(newer.plan(), newer.former(), Path.of(newer.baseDir())));
        }
    }

    String instance() {
        return admitted.instance();
    }

    /**
     * Opens a slot. Blocks.
     *
     * @param changelogEnd see {@link SlotOpener#open}
     * @throws LogException when the assignment is not in force any more
     */
    Slot open(
            SlotAssigned assigned,
            PoisonedRows poisoned,
            SlotMetrics metrics,
            SlotListener listener,
            Supplier<Optional<Replica>> atHand,
            long changelogEnd) {
        return opener.open(
                assigned.slot(),
                poisoned,
                metrics,
                listener,
                term -> checkStillOwned(assigned, term),
                atHand,
                changelogEnd);
    }

    /** Opens the local state of a slot that is another's, to be brought along its changelog. Blocks. */
    Replica openReplica(SlotId slot) {
        return opener.openReplica(slot);
    }

    /** Removes the local state of a slot, which is damaged. */
    void removeState(SlotId slot) {
        environment.states().remove(slot);
    }

    /** A slot has failed: what was found out for it beforehand may not be so any more. Any thread. */
    void slotFailed() {
        environment.destinations().forget();
    }

    StagePlan stage(SlotId slot) {
        return admitted.plan().stage(slot.stage());
    }

    /**
     * Has done beforehand what takes time when the first slot of a stage is opened: the lease is taken, what the control log says after that is read,
     * the newest version of the stage's steps is compiled, and its logs are connected. What goes wrong shows when a slot is opened.
     *
     * @return whether the steps are compiled by now, or cannot be
     */
    boolean prepareSoon(SlotId slot, Executor blocking) {
        if (prepared.compareAndSet(false, true)) {
            blocking.execute(() -> prepare(() -> bookAt(committer.ensureLease())));
        }
        StageVersion version = new StageVersion(slot.stage(), stage(slot).version());
        Boolean done = compiled.putIfAbsent(version, false);
        if (done == null) {
            blocking.execute(() -> {
                prepare(() -> opener.compile(slot.stage()));
                compiled.put(version, true);
                prepare(() -> opener.connect(slot));
            });
        }
        return Boolean.TRUE.equals(done);
    }

    private void prepare(Runnable beforehand) {
        try {
            beforehand.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.atDebug()
                    .addKeyValue("pipeline", admitted.name())
                    .addKeyValue("reason", e.getMessage())
                    .log("What takes time is not done beforehand");
        }
    }

    /**
     * A lease that was just taken may have been fenced before, and the slot given to someone else, while this worker did not look; perhaps it has come back
     * since, and what the older decision says of its changelog is not so any more. What the control log says after the lease was taken is the truth:
     * a later revocation cannot succeed without this worker's release or another fence (rule R7).
     */
    private void checkStillOwned(SlotAssigned assigned, long term) {
        ControlBook book = bookAt(term);
        SlotAssigned newest = book.slot(assigned.slot());
        if (newest == null || newest.epoch().compareTo(assigned.epoch()) < 0) {
            return;
        }
        if (!newest.epoch().equals(assigned.epoch()) || !book.wants(newest, settings.id())) {
            throw new LogException(LogException.Kind.FENCED, "the slot was given out anew", null);
        }
    }

    private ControlBook bookAt(long term) {
        synchronized (leaseLock) {
            ControlBook book = bookAtLease;
            if (term != bookTerm || book == null) {
                book = readControlLog();
                bookAtLease = book;
                bookTerm = term;
            }
            return book;
        }
    }

    /** What was trimmed before this run was admitted is in the log that was read since; what is trimmed in this run is before a slot's checkpoint. */
    private long inboxStart(SlotId slot) {
        synchronized (leaseLock) {
            String uid = admitted.plan().stage(slot.stage()).uid();
            return bookAtLease == null ? 0 : bookAtLease.trimmedBefore(slot.pipeline(), uid, slot.partition());
        }
    }

    private ControlBook readControlLog() {
        ControlBook book = new ControlBook();
        try (ControlLogReader reader = logs.openControlLog()) {
            while (!reader.caughtUp()) {
                reader.poll(10).forEach(book::replay);
            }
        }
        return book;
    }

    /** Completes the sinks of a stage, after all slots of the pipeline have finished. Blocks. */
    void completeSinks(int stageId) throws ConnectorException {
        StagePlan stage = admitted.plan().stage(stageId);
        for (Step step : stage.steps()) {
            if (step.spec() instanceof StepSpec.Sink sink) {
                opener.completeSink(sink, step, stage.slots());
            }
        }
    }

    /** Stops to commit; false when a commit is still under way after a while. */
    boolean stop() {
        return committer.stop();
    }

    @Override
    public void close() {
        committer.close();
        changelogs.close();
    }
}
