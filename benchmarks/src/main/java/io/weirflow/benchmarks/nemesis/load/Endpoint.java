package io.weirflow.benchmarks.nemesis.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.testkit.history.EffectHistory.Answer;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint of webhooks, which fails ambiguously: it does what it is asked and drops the connection, or answers too late, or a gateway answers in
 * its place that it failed; it refuses; it drops a request undone.
 */
public final class Endpoint implements AutoCloseable {

    /** Longer than the sinks wait. */
    private static final long TOO_LATE_MS = 1_500;

    /** Of so many requests one is treated in each of the ways in which an endpoint can fail. */
    private static final int WAYS = 60;

    private static final String HOST = "127.0.0.1";
    private static final int OK = 200;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int BAD_GATEWAY = 502;
    private static final int UNAVAILABLE = 503;

    private final Vertx vertx;
    private final HttpServer server;
    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
    private final ObjectMapper json = new ObjectMapper();
    private final Random random;

    /** Hears of each request. */
    @FunctionalInterface
    public interface Listener {
        /** Called on the server's thread, before the caller is answered. */
        void request(String sink, String idempotencyKey, JsonNode body, Answer answer);
    }

    private Endpoint(Vertx vertx, Random random) {
        this.vertx = vertx;
        this.random = random;
        this.server = vertx.createHttpServer().requestHandler(this::read);
    }

    /** Starts one on a free port of the loopback address. */
    public static Endpoint start(Random random) {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
        Endpoint endpoint = new Endpoint(vertx, random);
        try {
            HttpServer unused = endpoint.server
                    .listen(0, HOST)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            return endpoint;
        } catch (CompletionException e) {
            endpoint.close();
            throw new BenchException("the endpoint of the webhooks cannot be started: " + e.getCause());
        }
    }

    /** Begins to take requests of a sink; those of others are refused. */
    public void listen(String sink, Listener listener) {
        listeners.put(sink, listener);
    }

    /** Returns the address for a sink. */
    public String url(String sink) {
        return "http://" + HOST + ":" + server.actualPort() + "/" + sink;
    }

    private void read(HttpServerRequest request) {
        var unused = request.body().onSuccess(body -> serve(request, body));
    }

    private void serve(HttpServerRequest request, Buffer body) {
        String sink = request.path().substring(1);
        Listener listener = listeners.get(sink);
        JsonNode row = parse(body);
        if (listener == null || row == null) {
            answer(request, UNAVAILABLE);
            return;
        }
        int way = random.nextInt(WAYS);
        listener.request(sink, String.valueOf(request.getHeader("Idempotency-Key")), row, meaning(way));
        switch (way) {
            case 0, 1 -> {
                var unused = request.connection().close();
            }
            case 2 -> answer(request, BAD_GATEWAY);
            case 3 -> {
                long unused = vertx.setTimer(TOO_LATE_MS, timer -> answer(request, OK));
            }
            case 4, 5 -> answer(request, TOO_MANY_REQUESTS);
            default -> answer(request, OK);
        }
    }

    private static Answer meaning(int way) {
        return switch (way) {
            case 0 -> Answer.DROPPED;
            case 1, 2, 3 -> Answer.DONE_UNTOLD;
            case 4, 5 -> Answer.REFUSED;
            default -> Answer.DONE;
        };
    }

    private @Nullable JsonNode parse(Buffer body) {
        try {
            return json.readTree(body.getBytes());
        } catch (IOException e) {
            return null;
        }
    }

    /** Whether the caller is still there to hear it is its own affair. */
    private static void answer(HttpServerRequest request, int status) {
        var unused = request.response().setStatusCode(status).end();
    }

    @Override
    public void close() {
        var unused = vertx.close();
    }
}
