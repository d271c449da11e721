package io.weirflow.cli.run;

import io.weirflow.api.Edge;
import io.weirflow.api.KafkaAccess;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.broker.BrokerFailedException;
import io.weirflow.broker.BrokerStartException;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.broker.EmbeddedBrokerConfig;
import io.weirflow.cli.ExitStatus;
import io.weirflow.cli.RefusedException;
import io.weirflow.coordinator.Admission;
import io.weirflow.coordinator.ControlView.PipelineView;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.coordinator.CoordinatorService;
import io.weirflow.coordinator.CoordinatorSettings;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.plan.PlanCodec;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.connect.EnvironmentSecrets;
import io.weirflow.worker.kafka.KafkaConnection;
import io.weirflow.worker.kafka.KafkaWorkerLogs;
import io.weirflow.worker.service.Worker;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one pipeline in this process until it ends or is interrupted: an embedded broker unless one is given, a coordinator, a worker. The parts
 * are those of the services; only the wiring is here.
 */
public final class PipelineRunner {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineRunner.class);

    private static final String WORKER = "local";
    private static final long POLL_MS = 50;
    private static final long STOP_TIMEOUT_MS = 30_000;
    private static final String TAKEN_OVER = "another process runs this pipeline on the same Kafka and has taken over:"
            + " this one ends. Start one at a time, or give one of the pipelines another name";

    private final RunSettings settings;
    private final Map<String, String> variables;
    private final Progress progress;
    private final LongSupplier clockMs;
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    /** Waits for Kafka, and may be interrupted then. */
    private final AtomicReference<@Nullable Thread> waiting = new AtomicReference<>();

    private final AtomicReference<@Nullable BrokerFailedException> brokerFailure = new AtomicReference<>();

    /** @param variables for secrets */
    PipelineRunner(RunSettings settings, Map<String, String> variables, Progress progress, LongSupplier clockMs) {
        this.settings = settings;
        this.variables = Map.copyOf(variables);
        this.progress = progress;
        this.clockMs = clockMs;
    }

    /** Asks the run to commit what was processed and end; waits until it has, for a while. Any thread. */
    void interrupt() {
        interrupted.countDown();
        Thread waits = waiting.get();
        if (waits != null) {
            waits.interrupt();
        }
        try {
            ended.await(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is started, in order; it is closed in the opposite one. */
    private static final class Started implements AutoCloseable {
        private final Deque<AutoCloseable> parts = new ArrayDeque<>();

        <T extends AutoCloseable> T add(T part) {
            parts.push(part);
            return part;
        }

        /** Closes a part before the older ones, and what is newer before it. */
        void closeFrom(AutoCloseable oldest) {
            while (parts.contains(oldest)) {
                closeNewest();
            }
        }

        private void closeNewest() {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("A part of the run did not stop cleanly");
            }
        }

        @Override
        public void close() {
            while (!parts.isEmpty()) {
                closeNewest();
            }
        }
    }

    /**
     * Runs until the end.
     *
     * @param planner makes the plan, given where Kafka is; may ask sources for their partitions
     * @param baseDir what relative paths start from
     * @return the exit status
     * @throws RefusedException when the pipeline cannot be started: why, and what to do
     */
    int run(Function<KafkaAccess, Pipeline> planner, Path baseDir, Connectors connectors, ClassLoader plugins) {
        long startMs = clockMs.getAsLong();
        try (Started started = new Started()) {
            DataDirectory data = started.add(DataDirectory.open(settings.data().orElse(null)));
            KafkaAccess kafka = settings.kafka().isPresent()
                    ? awaitKafka(settings.kafka().get())
                    : KafkaAccess.open(started.add(startBroker(data)).bootstrapServers());
            Pipeline pipeline = planner.apply(kafka);
            Plugins.check(pipeline, plugins);
            long incarnation = data.claim(pipeline.name(), PlanCodec.fingerprint(pipeline), wallClockMs());
            CoordinatorService coordinator = started.add(startCoordinator(kafka, pipeline.name()));
            RocksDbRuntime states =
                    started.add(new RocksDbRuntime(RocksDbSettings.forThisMachine(), PipelineRunner::wallClockMs));
            Worker worker = started.add(new Worker(
                    settings.worker().settings(new WorkerId(WORKER, incarnation), data.state()),
                    new KafkaWorkerLogs(new KafkaConnection(kafka, WORKER), new Names(pipeline.name())),
                    connectors,
                    new EnvironmentSecrets(variables),
                    states,
                    plugins,
                    clockMs));
            settings.port().ifPresent(port -> serve(started, port, worker, coordinator));
            worker.start();
            submit(coordinator, pipeline, baseDir);
            int status = follow(coordinator, worker, pipeline, data);
            // Commits what was processed, so that the summary counts it.
            if (brokerFailure.get() != null) {
                worker.close(0);
            }
            started.closeFrom(worker);
            progress.end();
            Totals totals = Totals.of(pipeline, worker.slots());
            Summary.print(progress, pipeline, baseDir, totals, status, clockMs.getAsLong() - startMs);
            return status;
        } finally {
            ended.countDown();
        }
    }

    private void serve(Started started, int port, Worker worker, CoordinatorService coordinator) {
        RunHttp http = started.add(RunHttp.start(port, worker, coordinator));
        progress.say("health, metrics and status are at http://127.0.0.1:" + http.port());
    }

    /** Before anything is asked of it, so that a cluster that starts together with this process is waited for. */
    private KafkaAccess awaitKafka(KafkaAccess kafka) {
        CoordinatorSettings checked =
                CoordinatorSettings.of(kafka, WORKER, WORKER).withStartTimeoutMs(settings.kafkaTimeoutMs());
        waiting.set(Thread.currentThread());
        try {
            CoordinatorService.checkKafka(
                    checked,
                    () -> progress.say(
                            "Kafka at " + kafka.bootstrapServers() + " does not answer yet; waiting for it"));
        } catch (io.weirflow.coordinator.RefusedException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            throw new RefusedException("Kafka at " + kafka.bootstrapServers() + " cannot be used: " + e.getMessage()
                    + "; check --kafka HOST:PORT");
        } finally {
            waiting.set(null);
        }
        return kafka;
    }

    private EmbeddedBroker startBroker(DataDirectory data) {
        try {
            return EmbeddedBroker.start(EmbeddedBrokerConfig.of(data.broker()), brokerFailure::set);
        } catch (BrokerStartException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }

    private CoordinatorService startCoordinator(KafkaAccess kafka, String cluster) {
        CoordinatorSettings coordinator = CoordinatorSettings.of(kafka, cluster, WORKER);
        try {
            return CoordinatorService.start(
                    settings.kafka().isPresent() ? coordinator : coordinator.withReplicationFactor(1));
        } catch (io.weirflow.coordinator.RefusedException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }

    private void submit(CoordinatorService coordinator, Pipeline pipeline, Path baseDir) {
        CompletableFuture<Admission> answer = coordinator.submit(pipeline, baseDir.toString());
        try {
            if (answer.get(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS) instanceof Admission.Refused refused) {
                throw new RefusedException(refused.message());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException("interrupted while the pipeline was submitted");
        } catch (TimeoutException e) {
            throw new RefusedException("the coordinator did not answer in time: look at the broker");
        } catch (ExecutionException | CompletionException e) {
            throw new RefusedException("the pipeline could not be submitted: " + e.getCause());
        }
    }

    private int follow(CoordinatorService coordinator, Worker worker, Pipeline pipeline, DataDirectory data) {
        while (true) {
            if (await(interrupted)) {
                progress.say("stopping: what was processed is being committed");
                return ExitStatus.INTERRUPTED;
            }
            Optional<String> broken = broken(coordinator, worker, data);
            if (broken.isPresent()) {
                progress.say(broken.get());
                return ExitStatus.FAILED;
            }
            progress.update(Totals.of(pipeline, worker.slots()), clockMs.getAsLong());
            Optional<PipelineView> view = coordinator.view().pipeline(pipeline.name());
            if (view.isPresent() && !view.get().phase().active()) {
                return endOf(view.get());
            }
        }
    }

    private Optional<String> broken(CoordinatorService coordinator, Worker worker, DataDirectory data) {
        BrokerFailedException broker = brokerFailure.get();
        if (broker != null) {
            return Optional.of(data.full().orElse("the embedded broker has failed: " + broker.getMessage()));
        }
        return coordinator
                .failure()
                .map(failure -> "the coordinator has failed: " + failure)
                .or(() -> worker.failure().map(failure -> "the worker has failed: " + failure))
                .or(() -> coordinator.view().role() == Role.FENCED ? Optional.of(TAKEN_OVER) : Optional.empty());
    }

    private int endOf(PipelineView view) {
        if (view.phase() == Phase.FINISHED) {
            return ExitStatus.DONE;
        }
        progress.say("pipeline " + view.name() + " has " + (view.phase() == Phase.FAILED ? "failed: " : "stopped: ")
                + view.reason());
        return ExitStatus.FAILED;
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(POLL_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Edge // The life of a worker is named after when it began, and local state may be too old.
    private static long wallClockMs() {
        return System.currentTimeMillis();
    }
}
