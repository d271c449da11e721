package io.weirflow.cli.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Scores numbers, and never gives one score twice, so that a row shows which answer it has got. By the number it is late, busy or gone the first
 * time, or does its work and hangs up; some numbers it does not know.
 */
final class ScoreServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong lastScore = new AtomicLong();
    private final Map<Long, Set<Long>> scores = new ConcurrentHashMap<>();
    private final Map<Long, Long> asked = new ConcurrentHashMap<>();

    ScoreServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/scores/{id}";
    }

    /** Returns whether the server knows no score for a number. */
    static boolean unknown(long id) {
        return id % 50 == 7;
    }

    /** Returns all scores that were given to a number. */
    Set<Long> scoresOf(long id) {
        return scores.getOrDefault(id, Set.of());
    }

    /** Returns how often it was asked. */
    long questions() {
        return asked.values().stream().mapToLong(Long::longValue).sum();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        long id = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
        boolean first = asked.merge(id, 1L, Long::sum) == 1;
        if (unknown(id)) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        } else if (first && id % 40 == 3) {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        } else {
            long score = lastScore.incrementAndGet();
            scores.computeIfAbsent(id, any -> ConcurrentHashMap.newKeySet()).add(score);
            if (first && id % 60 == 5) {
                exchange.close();
            } else {
                // Answers come in another order than questions; some come too late.
                long delayMs = first && id % 90 == 11 ? 1_500 : (id * 31) % 17;
                var unused = later.schedule(() -> send(exchange, score), delayMs, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static void send(HttpExchange exchange, long score) {
        byte[] json = ("{\"score\": " + score + "}").getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(200, json.length);
            exchange.getResponseBody().write(json);
        } catch (IOException e) {
            // Whoever asked does not wait any more.
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        later.shutdownNow();
    }
}
