package io.weirflow.connectors.webhook;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import io.weirflow.connectors.webhook.WebhookConnector.Pause;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Sends the rows of one slot. A row is visible once its request was answered with 2xx. After a crash rows may be sent again; they carry the
 * same {@code Idempotency-Key}, by which a receiver can tell.
 */
final class WebhookWriter implements SinkWriter.External {

    private static final long FIRST_PAUSE_MS = 200;
    private static final long LONGEST_PAUSE_MS = 10_000;
    private static final long LONGEST_ASKED_PAUSE_MS = 60_000;

    /** Makes the body of a request. */
    @FunctionalInterface
    interface Body {
        byte[] of(Row row);
    }

    /**
     * What every request has in common.
     *
     * @param sink the sink's name, for messages
     * @param headers resolved, so never to be shown
     * @param secret to sign with
     * @param retries after the first attempt
     */
    record Request(
            String sink,
            URI uri,
            String method,
            Map<String, String> headers,
            Optional<String> secret,
            Duration timeout,
            int retries) {

        @Override
        public String toString() {
            return "Request[" + sink + "]";
        }
    }

    private final HttpClient client;
    private final Request request;
    private final Body body;
    private final String keyPrefix;
    private final Pause pause;
    private long sent;

    WebhookWriter(HttpClient client, Request request, Body body, String keyPrefix, Pause pause) {
        this.client = client;
        this.request = request;
        this.body = body;
        this.keyPrefix = keyPrefix;
        this.pause = pause;
    }

    static Body jsonBody(RowEncoder encoder) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        return row -> {
            out.reset();
            encoder.encode(row, out);
            return out.toByteArray();
        };
    }

    @Override
    public long durableSequence() {
        return UNKNOWN;
    }

    @Override
    public void write(long sequence, Row row, long eventTimeMs) {
        if (sequence <= sent) {
            return;
        }
        HttpRequest http = http(sequence, body.of(row));
        long pauseMs = FIRST_PAUSE_MS;
        for (int attempt = 0; ; attempt++) {
            Outcome outcome = attempt(http);
            if (outcome.delivered()) {
                sent = sequence;
                return;
            }
            if (attempt == request.retries()) {
                throw new ConnectorException(
                        where() + outcome.trouble() + ", " + (attempt + 1) + " times; trying on, nothing is lost",
                        true,
                        null);
            }
            pauseFor(Math.max(pauseMs, outcome.askedPauseMs()));
            pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
        }
    }

    private HttpRequest http(long sequence, byte[] bytes) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                .timeout(request.timeout())
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", keyPrefix + sequence)
                .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(bytes));
        request.headers().forEach(builder::setHeader);
        request.secret().ifPresent(secret -> builder.setHeader(Signature.HEADER, Signature.of(secret, bytes)));
        return builder.build();
    }

    private String where() {
        return "webhook sink '" + request.sink() + "': " + Address.shown(request.uri()) + " ";
    }

    /**
     * @param trouble what to tell when it was not delivered, but may be later
     * @param askedPauseMs how long the receiver asked to wait
     */
    private record Outcome(boolean delivered, String trouble, long askedPauseMs) {}

    private Outcome attempt(HttpRequest http) {
        try {
            HttpResponse<Void> response = client.send(http, HttpResponse.BodyHandlers.discarding());
            return judge(response);
        } catch (IOException e) {
            // The class only: messages of the HTTP client may hold the address.
            return new Outcome(false, "cannot be reached (" + e.getClass().getSimpleName() + ")", 0);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private Outcome judge(HttpResponse<Void> response) {
        int status = response.statusCode();
        if (status / 100 == 2) {
            return new Outcome(true, "", 0);
        }
        if (status == 429 || status == 408 || status >= 500) {
            return new Outcome(false, "answers with " + status, askedPauseMs(response));
        }
        if (status / 100 == 3) {
            throw ConnectorException.fatal(
                    where() + "answers with a redirect (" + status + "); give the final address as 'url'");
        }
        throw ConnectorException.fatal(where() + "refuses the request with " + status
                + "; correct 'url', 'headers' or 'secret' and start the pipeline again: it goes on with this row");
    }

    private static long askedPauseMs(HttpResponse<Void> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("\\d{1,6}") ? Math.min(Long.parseLong(seconds) * 1000, LONGEST_ASKED_PAUSE_MS) : 0;
    }

    private void pauseFor(long ms) {
        try {
            pause.forMs(ms);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private ConnectorException interrupted() {
        Thread.currentThread().interrupt();
        return new ConnectorException(where() + "was interrupted", true, null);
    }

    @Override
    public long commit(long sequence, boolean checkpoint) {
        return sent;
    }

    @Override
    public void close() {
        // The client has no connections worth closing: its threads end with it.
    }
}
