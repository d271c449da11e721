package io.weirflow.cli.service;

import io.weirflow.api.Edge;
import io.weirflow.cli.ExitStatus;
import io.weirflow.cli.RefusedException;
import io.weirflow.cli.run.DataDirectory;
import io.weirflow.cli.run.Plugins;
import io.weirflow.cli.run.WorkerLimits;
import io.weirflow.coordinator.CoordinatorService;
import io.weirflow.protocol.fleet.WorkerScope;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import io.weirflow.worker.connect.Connectors;
import io.weirflow.worker.connect.EnvironmentSecrets;
import io.weirflow.worker.http.HttpStartException;
import io.weirflow.worker.http.WorkerHttp;
import io.weirflow.worker.kafka.KafkaConnection;
import io.weirflow.worker.kafka.KafkaWorkerLogs;
import io.weirflow.worker.service.Rehearsal;
import io.weirflow.worker.service.Worker;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code weirflow worker}: a worker, and its HTTP server. */
public final class WorkerProcess {

    private static final long POLL_MS = 200;

    /** How long slots may take to move away; what is left is let go, which others take up with a gap. */
    private static final long LEAVE_TIMEOUT_MS = 20_000;

    private static final int NAME_CHARS = 8;

    /** No pipeline can have this name. */
    private static final String REHEARSAL = ".rehearsal";

    private static final long MAX_REHEARSAL_MS = 3_000;

    private final ServiceSettings settings;
    private final Optional<Path> data;
    private final WorkerLimits limits;
    private final WorkerScope scope;
    private final Map<String, String> variables;
    private final PrintStream err;

    private WorkerProcess(
            ServiceSettings settings,
            Optional<Path> data,
            WorkerLimits limits,
            WorkerScope scope,
            Map<String, String> variables,
            PrintStream err) {
        this.settings = settings;
        this.data = data;
        this.limits = limits;
        this.scope = scope;
        this.variables = Map.copyOf(variables);
        this.err = err;
    }

    /**
     * Runs until a signal, upon which it commits what was processed and lets go of its slots.
     *
     * @param data keeps local state; empty for a temporary folder
     * @param limits what it may use
     * @param scope which slots it takes
     * @param variables of the environment
     * @return the exit status
     */
    public static int run(
            ServiceSettings settings,
            Optional<Path> data,
            WorkerLimits limits,
            WorkerScope scope,
            Map<String, String> variables,
            PrintStream err) {
        return Stop.run(stop -> new WorkerProcess(settings, data, limits, scope, variables, err).run(stop));
    }

    private int run(Stop stop) {
        ClassLoader plugins = Plugins.loader(settings.plugins());
        try (DataDirectory folder = DataDirectory.open(data.orElse(null));
                RocksDbRuntime states =
                        new RocksDbRuntime(RocksDbSettings.forThisMachine(), WorkerProcess::wallClockMs)) {
            WorkerId id = folder.claimWorker(settings.name(), freshName(), wallClockMs());
            Thread rehearsal = rehearse(states, folder.state().resolve(REHEARSAL));
            try {
                prepareKafka(id);
            } finally {
                await(rehearsal);
            }
            Worker worker = new Worker(
                    limits.settings(id, folder.state()).withScope(scope),
                    new KafkaWorkerLogs(
                            new KafkaConnection(settings.kafka(), id.name()), new Names(settings.cluster())),
                    Connectors.load(plugins),
                    new EnvironmentSecrets(variables),
                    states,
                    plugins,
                    WorkerProcess::clockMs);
            try (worker;
                    WorkerHttp http = WorkerHttp.start(settings.host(), settings.port(), worker)) {
                worker.start();
                stop.started();
                err.println("worker: " + id.name() + " takes " + taken() + "; HTTP is at http://" + settings.host()
                        + ":" + http.port());
                return await(worker, stop);
            }
        } catch (HttpStartException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }

    /** Makes the topics that coordinators and workers meet in, too, so that it does not matter who is started first. */
    private void prepareKafka(WorkerId id) {
        err.println("worker: waiting for Kafka at " + settings.kafka().bootstrapServers());
        try {
            CoordinatorService.prepareKafka(settings.coordinator(id.name()));
        } catch (io.weirflow.coordinator.RefusedException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }

    /** Warms the process up while it waits for Kafka: a worker is ready when its first slot will be open as quickly as its next. */
    private static Thread rehearse(RocksDbRuntime states, Path folder) {
        Thread rehearsal = new Thread(
                () -> {
                    long unused = Rehearsal.run(states, folder, WorkerProcess::clockMs, MAX_REHEARSAL_MS);
                },
                "rehearsal");
        rehearsal.setDaemon(true);
        rehearsal.start();
        return rehearsal;
    }

    private static void await(Thread rehearsal) {
        try {
            rehearsal.join();
        } catch (InterruptedException e) {
            // The start is interrupted by a signal, which whoever goes on finds out about.
            Thread.currentThread().interrupt();
        }
    }

    private int await(Worker worker, Stop stop) {
        while (!stop.asked(POLL_MS)) {
            Optional<Throwable> failure = worker.failure();
            if (failure.isPresent()) {
                err.println("worker: it has failed: " + failure.get());
                return ExitStatus.FAILED;
            }
        }
        err.println("worker: stopping: its slots move to other workers, or are committed and let go");
        worker.leave(LEAVE_TIMEOUT_MS);
        return ExitStatus.INTERRUPTED;
    }

    private String taken() {
        String stages = scope.stages().isEmpty() ? "all stages" : "stages " + String.join(", ", scope.stages());
        return stages + (scope.pipelines().isEmpty() ? "" : " of " + String.join(", ", scope.pipelines()));
    }

    @Edge // A name only has to be another one than those of other workers.
    private static String freshName() {
        return "worker-" + UUID.randomUUID().toString().substring(0, NAME_CHARS);
    }

    @Edge // The life of a worker is named after when it began, and local state may be too old.
    private static long wallClockMs() {
        return System.currentTimeMillis();
    }

    @Edge // Measures waiting and durations; results do not depend on it.
    private static long clockMs() {
        return System.nanoTime() / 1_000_000;
    }
}
