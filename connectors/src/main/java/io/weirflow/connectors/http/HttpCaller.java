package io.weirflow.connectors.http;

import io.weirflow.api.connector.Caller;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks one service. A status of 2xx is an answer; 408, 429, 5xx and what does not get through may be better the next time; everything else is
 * not.
 */
final class HttpCaller implements Caller {

    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.UTF_8);

    private final HttpClient client;
    private final UrlTemplate url;
    private final String method;
    private final Map<String, String> headers;
    private final JsonBody body;

    /** @param headers resolved, so never to be shown */
    HttpCaller(HttpClient client, UrlTemplate url, String method, Map<String, String> headers, JsonBody body) {
        this.client = client;
        this.url = url;
        this.method = method;
        this.headers = headers;
        this.body = body;
    }

    @Override
    public Request request(Row row) throws RowException {
        return new One(url.of(row), body.of(row));
    }

    private final class One implements Request {
        private final URI uri;
        private final @Nullable String json;

        One(URI uri, @Nullable String json) {
            this.uri = uri;
            this.json = json;
        }

        @Override
        public String question() {
            return json == null ? uri.toString() : uri + "\n" + json;
        }

        @Override
        public Attempt send(String id, Consumer<Outcome> done) {
            HttpRequest.Builder builder = HttpRequest.newBuilder(uri)
                    .setHeader("Accept", "application/json")
                    .setHeader("Idempotency-Key", id);
            if (json == null) {
                builder.method(method, BodyPublishers.noBody());
            } else {
                builder.setHeader("Content-Type", "application/json").method(method, BodyPublishers.ofString(json));
            }
            headers.forEach(builder::setHeader);
            CompletableFuture<HttpResponse<byte[]>> sent =
                    client.sendAsync(builder.build(), any -> new BoundedBody(MAX_ANSWER_BYTES));
            var unused = sent.whenComplete(
                    (response, failure) -> done.accept(response == null ? failed(failure) : judge(response)));
            return () -> sent.cancel(true);
        }
    }

    private Outcome judge(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status / 100 == 2) {
            return new Outcome.Answer(response.body().length == 0 ? EMPTY_OBJECT : response.body());
        }
        boolean retriable = status == 429 || status == 408 || status >= 500;
        String advice = status / 100 == 3 ? ", a redirect: give the final address as 'url'" : "";
        return new Outcome.Failure(url.shown() + " answers with " + status + advice, retriable, askedPauseMs(response));
    }

    private static long askedPauseMs(HttpResponse<byte[]> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("\\d{1,6}") ? Long.parseLong(seconds) * 1000 : 0;
    }

    /** The class only: messages of the HTTP client may hold the address. */
    private Outcome failed(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BoundedBody.TooLongException) {
            return new Outcome.Failure(
                    url.shown() + " answers with more than " + MAX_ANSWER_BYTES + " bytes", false, 0);
        }
        String kind = cause == null ? "no reason" : cause.getClass().getSimpleName();
        return new Outcome.Failure(url.shown() + " cannot be reached (" + kind + ")", true, 0);
    }

    @Override
    public void close() {
        // The client is shared, and its threads end with the process.
    }
}
