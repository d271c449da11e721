package io.weirflow.connectors.webhook;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.row.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;

/** Makes the requests of one slot, sends them, and judges what has become of each. Used by one thread. */
final class WebhookRequests {

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
     * @param retries after the first attempt, before trouble is reported
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

    WebhookRequests(HttpClient client, Request request, Body body, String keyPrefix) {
        this.client = client;
        this.request = request;
        this.body = body;
        this.keyPrefix = keyPrefix;
    }

    static Body jsonBody(RowEncoder encoder) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        return row -> {
            out.reset();
            encoder.encode(row, out);
            return out.toByteArray();
        };
    }

    /** Returns what to call this in messages. */
    String where() {
        return "webhook sink '" + request.sink() + "': " + Address.shown(request.uri()) + " ";
    }

    int retries() {
        return request.retries();
    }

    /** Returns the value of {@code Idempotency-Key}. */
    String key(long sequence) {
        return keyPrefix + sequence;
    }

    HttpRequest of(long sequence, Row row) {
        byte[] bytes = body.of(row);
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                .timeout(request.timeout())
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key(sequence))
                .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(bytes));
        request.headers().forEach(builder::setHeader);
        request.secret().ifPresent(secret -> builder.setHeader(Signature.HEADER, Signature.of(secret, bytes)));
        return builder.build();
    }

    /**
     * What has become of a request.
     *
     * @param reason why not, in words; empty when it was delivered
     * @param askedPauseMs how long the receiver asked to wait
     */
    record Reply(Fate fate, String reason, long askedPauseMs) {}

    enum Fate {
        DELIVERED,
        /** Nothing has happened, and it may be tried again. */
        NOT_DELIVERED,
        /** Nobody knows. */
        UNKNOWN
    }

    /**
     * Sends a request once. Reasons name the class of an exception only: messages of the HTTP client may hold the address.
     *
     * @throws ConnectorException when it is refused and no repetition would help
     * @throws InterruptedException then nobody knows whether it has arrived
     */
    Reply send(HttpRequest http) throws InterruptedException {
        try {
            return judge(client.send(http, HttpResponse.BodyHandlers.discarding()));
        } catch (ConnectException | HttpConnectTimeoutException | SSLHandshakeException e) {
            // Nothing of the request is sent before the connection stands.
            return new Reply(Fate.NOT_DELIVERED, "cannot be reached" + named(e), 0);
        } catch (HttpTimeoutException e) {
            long timeoutMs = request.timeout().toMillis();
            return new Reply(Fate.UNKNOWN, "has not answered in " + timeoutMs + " ms" + named(e), 0);
        } catch (IOException e) {
            return new Reply(Fate.UNKNOWN, "broke the connection off before it had answered" + named(e), 0);
        }
    }

    private static String named(IOException e) {
        return " (" + e.getClass().getSimpleName() + ")";
    }

    private Reply judge(HttpResponse<Void> response) {
        int status = response.statusCode();
        if (status / 100 == 2) {
            return new Reply(Fate.DELIVERED, "", 0);
        }
        if (status == 429 || status == 408 || status / 100 == 5) {
            Fate fate = byGateway(status) ? Fate.UNKNOWN : Fate.NOT_DELIVERED;
            return new Reply(fate, "answers with " + status, askedPauseMs(response));
        }
        if (status / 100 == 3) {
            throw ConnectorException.fatal(
                    where() + "answers with a redirect (" + status + "); give the final address as 'url'");
        }
        throw ConnectorException.fatal(where() + "refuses the request with " + status
                + "; correct 'url', 'headers' or 'secret' and start the pipeline again: it goes on with this row");
    }

    /**
     * Whoever answers so has passed the request on and does not know what has become of it: 502 and 504 of RFC 9110, 520 to 527 of a content network.
     * With any other 5xx the receiver itself says that it has not done what it was asked to.
     */
    private static boolean byGateway(int status) {
        return status == 502 || status == 504 || status >= 520 && status <= 527;
    }

    private static long askedPauseMs(HttpResponse<Void> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("\\d{1,6}") ? Math.min(Long.parseLong(seconds) * 1000, LONGEST_ASKED_PAUSE_MS) : 0;
    }
}
