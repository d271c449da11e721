package io.weirflow.cli.service;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.weirflow.cli.ExitStatus;
import io.weirflow.cli.RefusedException;
import io.weirflow.cli.run.Plugins;
import io.weirflow.coordinator.ControlApi;
import io.weirflow.coordinator.ControlRequests;
import io.weirflow.coordinator.ControlView;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.coordinator.CoordinatorHttp;
import io.weirflow.coordinator.CoordinatorService;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** {@code weirflow coordinator}: one of several coordinators, and its HTTP server. */
public final class CoordinatorProcess {

    private static final long POLL_MS = 200;
    private static final long CLOSE_MS = 5_000;

    private final ServiceSettings settings;
    private final Optional<String> advertised;
    private final Path savepoints;
    private final PrintStream err;
    private final PipelineTexts texts;
    private final AtomicReference<@Nullable CoordinatorService> service = new AtomicReference<>();

    private CoordinatorProcess(
            ServiceSettings settings,
            Optional<String> advertised,
            Path savepoints,
            Map<String, String> variables,
            PrintStream err) {
        this.settings = settings;
        this.savepoints = savepoints;
        this.advertised = advertised;
        this.err = err;
        this.texts = new PipelineTexts(settings.kafka(), variables, Plugins.loader(settings.plugins()));
    }

    /**
     * Runs until a signal.
     *
     * @param advertised where others reach this one; empty for where it listens
     * @param savepoints the folder of savepoints
     * @param variables of the environment
     * @return the exit status
     */
    public static int run(
            ServiceSettings settings,
            Optional<String> advertised,
            Path savepoints,
            Map<String, String> variables,
            PrintStream err) {
        return Stop.run(stop -> new CoordinatorProcess(settings, advertised, savepoints, variables, err).run(stop));
    }

    private int run(Stop stop) {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        ControlApi api = new ControlApi(this::view, this::requests, texts);
        try (CoordinatorHttp http = CoordinatorHttp.start(api, vertx, settings.host(), settings.port());
                CoordinatorService coordinator = start(address(http))) {
            service.set(coordinator);
            stop.started();
            ControlView now = coordinator.view();
            err.println(
                    "coordinator: " + (now.role() == Role.LEADING ? "leads" : "follows the leader at " + now.leader())
                            + "; HTTP is at " + address(http));
            return await(coordinator, stop);
        } catch (io.weirflow.coordinator.RefusedException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        } finally {
            close(vertx);
        }
    }

    private CoordinatorService start(String address) {
        String name = settings.name().orElse("coordinator");
        err.println(
                "coordinator: waiting for Kafka at " + settings.kafka().bootstrapServers() + " and the control log");
        return CoordinatorService.start(
                settings.coordinator(name).inTurnAt(address).withSavepoints(savepoints.toAbsolutePath()));
    }

    private int await(CoordinatorService coordinator, Stop stop) {
        while (!stop.asked(POLL_MS)) {
            Optional<RuntimeException> failure = coordinator.failure();
            if (failure.isPresent()) {
                err.println("coordinator: it has failed: " + failure.get());
                return ExitStatus.FAILED;
            }
        }
        err.println("coordinator: stopping; pipelines go on without it");
        return ExitStatus.INTERRUPTED;
    }

    private String address(CoordinatorHttp http) {
        return advertised.orElseGet(() -> "http://" + settings.host() + ":" + http.port());
    }

    private ControlView view() {
        CoordinatorService started = service.get();
        return started == null ? ControlView.EMPTY : started.view();
    }

    private ControlRequests requests() {
        CoordinatorService started = service.get();
        if (started == null) {
            throw new IllegalStateException("the coordinator has not started yet");
        }
        return started;
    }

    private static void close(Vertx vertx) {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The process ends anyway.
            return;
        }
    }
}
