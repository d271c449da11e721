package io.weirflow.coordinator;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * A coordinator's HTTP server: {@code /health/live}, {@code /health/ready} and {@link CoordinatorRoutes}. It listens on the loopback address only.
 * Stop it before the coordinator.
 */
public final class CoordinatorHttp implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final int MAX_HEADER_BYTES = 8 * 1024;
    private static final int MAX_LINE_BYTES = 4 * 1024;
    private static final int MAX_BODY_BYTES = 16 * 1024;
    private static final int IDLE_SECONDS = 60;

    private final HttpServer server;

    private CoordinatorHttp(Supplier<ControlView> view, Vertx vertx, int port) {
        CoordinatorRoutes routes = new CoordinatorRoutes(view);
        Router router = Router.router(vertx);
        guard(router);
        router.get("/health/live").handler(request -> health(request, "live", routes.live()));
        router.get("/health/ready").handler(request -> health(request, "ready", routes.ready()));
        routes.mount(router);
        this.server = vertx.createHttpServer(options(port)).requestHandler(router);
    }

    private static HttpServerOptions options(int port) {
        return new HttpServerOptions()
                .setHost(HOST)
                .setPort(port)
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setIdleTimeout(IDLE_SECONDS);
    }

    private static void guard(Router router) {
        router.route().handler(request -> {
            request.response().putHeader("X-Content-Type-Options", "nosniff").putHeader("Cache-Control", "no-store");
            request.next();
        });
        router.route().handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
    }

    private static void health(RoutingContext request, String question, JsonObject answer) {
        CoordinatorRoutes.answer(request, answer.getBoolean(question) ? OK : UNAVAILABLE, answer);
    }

    /**
     * Starts listening; blocks until it does.
     *
     * @param vertx the caller's, who also closes it
     * @param port 0 for any free one
     * @throws RefusedException when the port is in use
     */
    public static CoordinatorHttp start(Supplier<ControlView> view, Vertx vertx, int port) {
        CoordinatorHttp http = new CoordinatorHttp(view, vertx, port);
        try {
            http.server.listen().toCompletionStage().toCompletableFuture().join();
            return http;
        } catch (CompletionException e) {
            throw new RefusedException("port " + port + " of the coordinator cannot be used: "
                    + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()) + "; choose another");
        }
    }

    public int port() {
        return server.actualPort();
    }

    /** Stops listening; returns at once. */
    @Override
    public void close() {
        var unused = server.close();
    }
}
