package io.weirflow.worker.http;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.BindException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP server with the routes that it is given and the same guards around all: bounds on what clients send, JSON for every error, no stack
 * traces to clients. Brings a Vert.x of its own, so that nothing of it is started before it is asked for.
 */
public final class HttpService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpService.class);

    /** Who listens elsewhere asks for it. */
    public static final String LOOPBACK = "127.0.0.1";

    private static final int MAX_HEADER_BYTES = 8 * 1024;
    private static final int MAX_LINE_BYTES = 4 * 1024;
    private static final int MAX_BODY_BYTES = 16 * 1024;
    private static final int IDLE_SECONDS = 60;
    private static final int BLOCKING_THREADS = 2;
    private static final long WAIT_MS = 10_000;

    private final Vertx vertx;
    private final HttpServer server;

    private HttpService(Vertx vertx, HttpServer server) {
        this.vertx = vertx;
        this.server = server;
    }

    /**
     * Starts listening; blocks until it does.
     *
     * @param port 0 for any free one
     * @param routes adds the routes
     * @throws HttpStartException when that address cannot be listened on
     */
    public static HttpService start(String host, int port, Consumer<Router> routes) {
        if (port < 0 || port > 65_535) {
            throw new HttpStartException("there is no port " + port + ": give --port a number from 0 to 65535", null);
        }
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(BLOCKING_THREADS)
                .setInternalBlockingPoolSize(BLOCKING_THREADS)
                // Nothing is served from files.
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        try {
            Router router = Router.router(vertx);
            guard(router);
            routes.accept(router);
            HttpServer server = vertx.createHttpServer(options(host, port)).requestHandler(router);
            server.listen().toCompletionStage().toCompletableFuture().get(WAIT_MS, TimeUnit.MILLISECONDS);
            return new HttpService(vertx, server);
        } catch (InterruptedException e) {
            close(vertx);
            Thread.currentThread().interrupt();
            throw new HttpStartException("interrupted while the HTTP server was started", e);
        } catch (ExecutionException e) {
            close(vertx);
            throw refusal(host, port, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | RuntimeException e) {
            close(vertx);
            throw refusal(host, port, e);
        }
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

    private static HttpStartException refusal(String host, int port, Throwable cause) {
        if (cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use")) {
            return new HttpStartException("port " + port + " is in use: give another --port", cause);
        }
        return new HttpStartException(
                "cannot listen on " + host + ":" + port + " (" + cause.getMessage() + "): give another --port or host",
                cause);
    }

    private static void guard(Router router) {
        router.route().handler(request -> {
            request.response().putHeader("X-Content-Type-Options", "nosniff").putHeader("Cache-Control", "no-store");
            request.next();
        });
        router.route().handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
        router.errorHandler(404, request -> error(request, 404, "there is nothing at this path"));
        router.errorHandler(405, request -> error(request, 405, "this path cannot be used with this method"));
        router.errorHandler(413, request -> error(request, 413, "the request is too large"));
        router.errorHandler(400, request -> error(request, 400, "the request cannot be understood"));
        router.errorHandler(500, request -> {
            LOG.atError()
                    .addKeyValue("path", request.normalizedPath())
                    .setCause(request.failure())
                    .log("A request has failed");
            error(request, 500, "internal error; see the log");
        });
    }

    private static void error(RoutingContext request, int status, String message) {
        answer(request, status, new JsonObject().put("error", message));
    }

    /** Answers with JSON. */
    public static void answer(RoutingContext request, int status, JsonObject body) {
        // A client that has gone is nobody's concern.
        var unused = request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.encodePrettily());
    }

    /** Returns where it listens. */
    public int port() {
        return server.actualPort();
    }

    /** Stops listening and drops connections. Blocks until it has, for a while. */
    @Override
    public void close() {
        close(vertx);
    }

    private static void close(Vertx vertx) {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | CompletionException e) {
            LOG.atWarn().setCause(e).log("The HTTP server did not stop cleanly");
        }
    }
}
