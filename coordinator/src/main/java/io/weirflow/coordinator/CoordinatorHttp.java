package io.weirflow.coordinator;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A coordinator's HTTP server: {@link ControlApi} with guards around it. Stop it before the coordinator. */
public final class CoordinatorHttp implements AutoCloseable {

    /** Who listens elsewhere asks for it. */
    public static final String LOOPBACK = "127.0.0.1";

    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorHttp.class);
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    /** Variables of a pipeline stand in the line. */
    private static final int MAX_LINE_BYTES = 16 * 1024;
    /** More than any pipeline that a person writes. */
    private static final int MAX_BODY_BYTES = 1 << 20;

    private static final int IDLE_SECONDS = 60;

    private final HttpServer server;

    private CoordinatorHttp(ControlApi api, Vertx vertx, String host, int port) {
        Router router = Router.router(vertx);
        guard(router);
        api.mount(router);
        this.server = vertx.createHttpServer(options(host, port)).requestHandler(router);
    }

    private static HttpServerOptions options(String host, int port) {
        return new HttpServerOptions()
                .setHost(host)
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
        router.errorHandler(400, request -> error(request, 400, "the request cannot be understood"));
        router.errorHandler(404, request -> error(request, 404, "there is nothing at this path"));
        router.errorHandler(405, request -> error(request, 405, "this path cannot be used with this method"));
        router.errorHandler(
                413, request -> error(request, 413, "the request is larger than " + MAX_BODY_BYTES + " bytes"));
        router.errorHandler(500, request -> {
            LOG.atError()
                    .addKeyValue("path", request.normalizedPath())
                    .setCause(request.failure())
                    .log("A request has failed");
            error(request, 500, "internal error; see the log");
        });
    }

    private static void error(RoutingContext request, int status, String message) {
        CoordinatorRoutes.answer(request, status, new JsonObject().put("error", message));
    }

    /**
     * Starts listening; blocks until it does.
     *
     * @param vertx the caller's, who also closes it
     * @param host the address to listen on; there is no authentication, so anyone who reaches it may do everything
     * @param port 0 for any free one
     * @throws RefusedException when the port is in use
     */
    public static CoordinatorHttp start(ControlApi api, Vertx vertx, String host, int port) {
        try {
            CoordinatorHttp http = new CoordinatorHttp(api, vertx, host, port);
            http.server.listen().toCompletionStage().toCompletableFuture().join();
            return http;
        } catch (CompletionException | IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new RefusedException("cannot listen on " + host + ":" + port + " (" + cause.getMessage()
                    + "): give another --port or --host");
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
