package io.weirflow.coordinator;

import io.weirflow.api.Edge;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.Candidate.Succession;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.coordinator.kafka.KafkaCluster;
import io.weirflow.coordinator.kafka.KafkaSavepointLog;
import io.weirflow.coordinator.kafka.KafkaUnknownEffects;
import io.weirflow.coordinator.savepoint.SavepointFiles;
import io.weirflow.coordinator.savepoint.SavepointService;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator on Kafka: one thread that decides. Starting one fences a former leader of the same cluster, unless it is
 * {@link CoordinatorSettings#inTurn one of several}. All methods may be called from any thread.
 */
public final class CoordinatorService implements ControlRequests, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorService.class);

    /** Reports end the wait at once, requests at the latest after this. */
    private static final long MAX_WAIT_MS = 10;

    private static final long AWAY_WAIT_MS = 100;

    private final CoordinatorAgent agent;
    private final Cluster cluster;
    private final SavepointJobs savepoints;
    private final UnknownEffects unknownEffects;
    private final LongSupplier clockMs;
    private final Thread thread;
    private final CompletableFuture<Void> firstLead = new CompletableFuture<>();
    private volatile boolean closing;
    private volatile @Nullable RuntimeException failure;

    private CoordinatorService(
            CoordinatorAgent agent,
            Cluster cluster,
            SavepointJobs savepoints,
            UnknownEffects unknownEffects,
            LongSupplier clockMs) {
        this.savepoints = savepoints;
        this.unknownEffects = unknownEffects;
        this.agent = agent;
        this.cluster = cluster;
        this.clockMs = clockMs;
        this.thread = new Thread(this::run, "weirflow-coordinator");
        thread.setDaemon(true);
    }

    /**
     * Waits for Kafka and checks it, as a start does; creates nothing and leaves a leader alone.
     *
     * @param onWaiting run once, when there is no answer for a moment
     * @throws RefusedException when Kafka does not answer in time or cannot give exactly-once: why, and what to do
     */
    public static void checkKafka(CoordinatorSettings settings, Runnable onWaiting) {
        KafkaCluster.check(settings, onWaiting);
    }

    /**
     * Waits for Kafka, checks it, and creates the control log and the fleet topic when they are absent; starts nothing.
     *
     * @throws RefusedException when Kafka does not answer in time or cannot give exactly-once: why, and what to do
     */
    public static void prepareKafka(CoordinatorSettings settings) {
        KafkaCluster.connect(settings).close();
    }

    /** {@link #start(CoordinatorSettings, Consumer)} without a listener. */
    public static CoordinatorService start(CoordinatorSettings settings) {
        return start(settings, changed -> {});
    }

    /**
     * Waits for Kafka, checks it, creates the control log and the fleet topic when they are absent, and returns once this coordinator
     * leads, or follows.
     *
     * @param onPhase told of every change of a pipeline's phase that this coordinator decides, on its thread; must not block
     * @throws RefusedException when Kafka does not answer in time or cannot give exactly-once: why, and what to do
     */
    @Edge // Names of runs need only be different; the clock measures waiting.
    public static CoordinatorService start(CoordinatorSettings settings, Consumer<PhaseChanged> onPhase) {
        return start(settings, onPhase, () -> UUID.randomUUID().toString(), () -> System.nanoTime() / 1_000_000);
    }

    static CoordinatorService start(
            CoordinatorSettings settings,
            Consumer<PhaseChanged> onPhase,
            Supplier<String> instances,
            LongSupplier clockMs) {
        // Two that were given one id by mistake must not take each other for themselves.
        String identity = settings.coordinatorId() + "#" + instances.get();
        Cluster cluster = KafkaCluster.connect(settings);
        Candidate self = new Candidate(
                identity, settings.address(), settings.inTurn() ? Succession.IN_TURN : Succession.AT_ONCE);
        SavepointJobs savepoints = savepoints(settings, cluster, clockMs);
        CoordinatorAgent agent = new CoordinatorAgent(self, settings.policy(), cluster, instances, onPhase, savepoints);
        CoordinatorService service =
                new CoordinatorService(agent, cluster, savepoints, new KafkaUnknownEffects(settings.kafka()), clockMs);
        service.thread.start();
        service.awaitLead(settings);
        return service;
    }

    @Edge // Savepoints tell people when they were taken.
    private static SavepointJobs savepoints(CoordinatorSettings settings, Cluster cluster, LongSupplier clockMs) {
        return settings.savepoints()
                .<SavepointJobs>map(folder -> new SavepointService(
                        new SavepointFiles(folder, settings.coordinatorId()),
                        () -> new KafkaSavepointLog(settings.kafka()),
                        new ReadDecisions(cluster::openControlLog),
                        System::currentTimeMillis,
                        clockMs))
                .orElseGet(NoSavepoints::new);
    }

    private void awaitLead(CoordinatorSettings settings) {
        try {
            firstLead.get(settings.startTimeoutMs(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new RefusedException("the start of the coordinator was interrupted");
        } catch (TimeoutException e) {
            close();
            throw new RefusedException("Kafka at " + settings.bootstrapServers()
                    + " did not let the coordinator take the control log within " + settings.startTimeoutMs()
                    + " ms; look at the broker's log");
        } catch (ExecutionException e) {
            close();
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    @Override
    public CompletableFuture<Admission> submit(Pipeline plan, String baseDir) {
        return agent.submit(plan, baseDir);
    }

    @Override
    public CompletableFuture<Admission> stop(String pipeline, boolean now) {
        return agent.stop(pipeline, now);
    }

    @Override
    public CompletableFuture<Admission> preview(Pipeline plan) {
        return agent.preview(plan);
    }

    @Override
    public CompletableFuture<Admission> delete(String pipeline) {
        return agent.delete(pipeline);
    }

    @Override
    public CompletableFuture<Admission> scale(String pipeline, String stage, int workers) {
        return agent.scale(pipeline, stage, workers);
    }

    @Override
    public CompletableFuture<Admission> park(String pipeline, String stage, int slot, String place) {
        return agent.park(pipeline, stage, slot, place);
    }

    @Override
    public CompletableFuture<Admission> savepoint(String pipeline, String name) {
        return agent.savepoint(pipeline, name);
    }

    @Override
    public CompletableFuture<Admission> restore(SavepointManifest savepoint, String baseDir) {
        return agent.restore(savepoint, baseDir);
    }

    @Override
    public SavepointJobs savepoints() {
        return savepoints;
    }

    @Override
    public UnknownEffects unknownEffects() {
        return unknownEffects;
    }

    /** Returns how things stand; immutable, made anew after every change. */
    public ControlView view() {
        return agent.view();
    }

    /** Returns why this coordinator has ended by itself, if it has: a bug, or a control log that it cannot read. */
    public Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    private void run() {
        try {
            while (!closing && agent.view().role() != Role.FENCED) {
                int work = agent.doWork(clockMs.getAsLong(), MAX_WAIT_MS);
                Role role = agent.view().role();
                if (role == Role.LEADING || role == Role.FOLLOWING) {
                    firstLead.complete(null);
                } else if (work == 0) {
                    pause();
                }
            }
        } catch (RuntimeException e) {
            failure = e;
            firstLead.completeExceptionally(e);
            if (!closing) {
                LOG.atError().setCause(e).log("The coordinator has ended; workers go on without it");
            }
        } finally {
            agent.close();
            savepoints.close();
            cluster.close();
        }
    }

    @Edge // Kafka is away; there is nothing that could wake this thread but the time.
    private static void pause() {
        LockSupport.parkNanos(AWAY_WAIT_MS * 1_000_000);
    }

    /** Ends the thread; does not stop pipelines, whose workers go on. Takes up to a few seconds when Kafka is away. */
    @Override
    public void close() {
        closing = true;
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean interrupted = false;
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
