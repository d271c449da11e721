package io.weirflow.cli.run;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.weirflow.cli.RefusedException;
import io.weirflow.coordinator.ControlView;
import io.weirflow.coordinator.CoordinatorRoutes;
import io.weirflow.coordinator.CoordinatorService;
import io.weirflow.worker.http.HttpService;
import io.weirflow.worker.http.HttpStartException;
import io.weirflow.worker.http.WorkerRoutes;
import io.weirflow.worker.service.Worker;
import io.weirflow.worker.service.WorkerStatus;
import java.util.function.Supplier;

/**
 * One HTTP server on the loopback address for a coordinator and a worker in one process: the routes of both, and health that holds when both are
 * well.
 */
final class RunHttp implements AutoCloseable {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final HttpService service;

    private RunHttp(HttpService service) {
        this.service = service;
    }

    /**
     * Starts listening; blocks until it does.
     *
     * @param port 0 for any free one
     * @throws RefusedException when the port cannot be used: why, and what to do
     */
    static RunHttp start(int port, Worker worker, CoordinatorService coordinator) {
        return start(port, worker, coordinator::view);
    }

    static RunHttp start(int port, WorkerStatus worker, Supplier<ControlView> coordinator) {
        WorkerRoutes ofWorker = new WorkerRoutes(worker);
        CoordinatorRoutes ofCoordinator = new CoordinatorRoutes(coordinator);
        try {
            return new RunHttp(HttpService.start(HttpService.LOOPBACK, port, router -> {
                router.get("/health/live")
                        .handler(request -> health(request, "live", ofWorker.live(), ofCoordinator.live()));
                router.get("/health/ready")
                        .handler(request -> health(request, "ready", ofWorker.ready(), ofCoordinator.ready()));
                ofWorker.mount(router);
                ofCoordinator.mount(router);
            }));
        } catch (HttpStartException e) {
            throw new RefusedException(String.valueOf(e.getMessage()));
        }
    }

    private static void health(RoutingContext request, String question, JsonObject worker, JsonObject coordinator) {
        boolean well = worker.getBoolean(question) && coordinator.getBoolean(question);
        HttpService.answer(
                request,
                well ? OK : UNAVAILABLE,
                new JsonObject().put(question, well).put("worker", worker).put("coordinator", coordinator));
    }

    /** Returns where it listens. */
    int port() {
        return service.port();
    }

    /** Stops listening. Blocks until it has, for a while. */
    @Override
    public void close() {
        service.close();
    }
}
