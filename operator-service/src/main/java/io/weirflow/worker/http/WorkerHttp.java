package io.weirflow.worker.http;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.weirflow.worker.service.WorkerStatus;

/** A worker's HTTP server: {@code /health/live}, {@code /health/ready}, {@code /metrics}, {@code /slots}, and nothing else. */
public final class WorkerHttp implements AutoCloseable {

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final HttpService service;

    private WorkerHttp(HttpService service) {
        this.service = service;
    }

    /** {@link #start(String, int, WorkerStatus)} on the loopback address. */
    public static WorkerHttp start(int port, WorkerStatus worker) {
        return start(HttpService.LOOPBACK, port, worker);
    }

    /**
     * Starts listening; blocks until it does.
     *
     * @param host the address to listen on; there is no authentication, so anyone who reaches it may read
     * @param port 0 for any free one
     * @throws HttpStartException when that address cannot be listened on
     */
    public static WorkerHttp start(String host, int port, WorkerStatus worker) {
        WorkerRoutes routes = new WorkerRoutes(worker);
        return new WorkerHttp(HttpService.start(host, port, router -> {
            router.get("/health/live").handler(request -> health(request, "live", routes.live()));
            router.get("/health/ready").handler(request -> health(request, "ready", routes.ready()));
            routes.mount(router);
        }));
    }

    private static void health(RoutingContext request, String question, JsonObject answer) {
        HttpService.answer(request, answer.getBoolean(question) ? OK : UNAVAILABLE, answer);
    }

    public int port() {
        return service.port();
    }

    /** Stops listening. Blocks until it has, for a while. */
    @Override
    public void close() {
        service.close();
    }
}
