package io.weirflow.cli.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weirflow.api.Edge;
import io.weirflow.cli.RefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Asks whichever coordinator leads. Any of the given ones will do: one that follows tells where the leader is. While nobody leads, or the
 * leader has just gone, it asks again for a while.
 */
final class ControlClient {

    private static final int TEMPORARY_REDIRECT = 307;
    private static final int UNAVAILABLE = 503;
    private static final int MAX_REDIRECTS = 3;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final List<String> coordinators;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();

    /** What a coordinator has answered. */
    record Answer(int status, JsonNode body) {
        boolean ok() {
            return status / 100 == 2;
        }

        String error() {
            return body.path("error").asText("HTTP status " + status);
        }
    }

    /** @param addresses {@code host:port[,host:port…]}, each with or without {@code http://} */
    ControlClient(String addresses) {
        this.coordinators = Stream.of(addresses.split(","))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .map(address -> address.contains("://") ? address : "http://" + address)
                .map(address -> address.endsWith("/") ? address.substring(0, address.length() - 1) : address)
                .toList();
        if (coordinators.isEmpty()) {
            throw new RefusedException("give --coordinator HOST:PORT");
        }
    }

    /**
     * Asks.
     *
     * @param path with its query, encoded
     * @param body empty for none
     * @throws RefusedException when no coordinator can be reached
     * @throws IOException when one did not answer
     */
    Answer ask(String method, String path, String contentType, String body) throws IOException {
        long startNanos = nanoTime();
        while (true) {
            boolean reached = false;
            for (String coordinator : coordinators) {
                Optional<Answer> answer;
                try {
                    answer = askLeader(coordinator, method, path, contentType, body);
                    reached = true;
                } catch (ConnectException e) {
                    continue;
                }
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
            if (!reached) {
                throw new RefusedException("no coordinator answers at " + String.join(", ", coordinators)
                        + ": start one with 'weirflow coordinator', or give --coordinator HOST:PORT");
            }
            if (nanoTime() - startNanos > PATIENCE_NANOS) {
                throw new IOException("no coordinator leads; look at their logs, and at Kafka");
            }
            pause();
        }
    }

    /** Returns empty when nobody leads at the moment. */
    private Optional<Answer> askLeader(String coordinator, String method, String path, String contentType, String body)
            throws IOException {
        URI uri = uri(coordinator + path);
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            HttpResponse<String> response;
            try {
                response = send(uri, method, contentType, body);
            } catch (ConnectException e) {
                if (hop == 0) {
                    throw e;
                }
                return Optional.empty();
            }
            Optional<String> elsewhere = response.headers().firstValue("Location");
            if (response.statusCode() == TEMPORARY_REDIRECT && elsewhere.isPresent()) {
                uri = uri(elsewhere.get());
            } else {
                return response.statusCode() == UNAVAILABLE ? Optional.empty() : Optional.of(answer(response));
            }
        }
        return Optional.empty();
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new RefusedException("'" + text + "' is no address: give --coordinator HOST:PORT");
        }
    }

    private HttpResponse<String> send(URI uri, String method, String contentType, String body) throws IOException {
        BodyPublisher publisher = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        try {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .timeout(ANSWER_TIMEOUT)
                    .header("Content-Type", contentType)
                    .method(method, publisher)
                    .build();
            return http.send(request, BodyHandlers.ofString());
        } catch (IllegalArgumentException e) {
            throw new RefusedException("'" + uri + "' is no address: give --coordinator HOST:PORT");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the coordinator", e);
        }
    }

    private static Answer answer(HttpResponse<String> response) throws IOException {
        try {
            JsonNode body = new ObjectMapper().readTree(response.body());
            return new Answer(response.statusCode(), body == null ? JsonNodeFactory.instance.objectNode() : body);
        } catch (JsonProcessingException e) {
            throw new IOException(response.uri() + " does not answer like a coordinator", e);
        }
    }

    @Edge // Measures waiting for other processes.
    private static long nanoTime() {
        return System.nanoTime();
    }

    @Edge // Nothing here could be told of a leader that is elected elsewhere.
    void pause() {
        LockSupport.parkNanos(PAUSE_NANOS);
    }
}
