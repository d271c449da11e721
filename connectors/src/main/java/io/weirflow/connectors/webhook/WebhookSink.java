package io.weirflow.connectors.webhook;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.OptionSpec.Type;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.format.JsonFormat;
import io.weirflow.connectors.webhook.WebhookConnector.Pause;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sends one request per row, in order, until its outcome is known, or cannot be known. */
final class WebhookSink implements SinkConnector {

    private static final String ALERTMANAGER = "alertmanager";
    private static final long DEFAULT_TIMEOUT_MS = 10_000;
    private static final long DEFAULT_RETRIES = 5;
    private static final long MAX_RETRIES = 100;

    /** Set by the sink or by the HTTP client itself. */
    private static final Set<String> RESERVED_HEADERS = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "upgrade",
            "content-type",
            "idempotency-key",
            Signature.HEADER.toLowerCase(Locale.ROOT));

    private final Pause pause;

    WebhookSink(Pause pause) {
        this.pause = pause;
    }

    @Override
    public List<OptionSpec> options() {
        return List.of(
                OptionSpec.required("url", Type.TEXT, "the address, http or https; redirects are not followed")
                        .asSecret(),
                OptionSpec.withDefault("method", Type.TEXT, "POST", "the request's method")
                        .choices("POST", "PUT", "PATCH"),
                OptionSpec.optional("headers", Type.MAP, "further headers, such as Authorization")
                        .asSecret(),
                OptionSpec.optional(
                                "secret",
                                Type.TEXT,
                                "signs the body: header " + Signature.HEADER + ": sha256=HMAC-SHA256 in hexadecimal")
                        .asSecret(),
                OptionSpec.withDefault("timeout", Type.DURATION, DEFAULT_TIMEOUT_MS, "how long to wait for an answer"),
                OptionSpec.withDefault(
                        "retries",
                        Type.NUMBER,
                        DEFAULT_RETRIES,
                        "how often a request is repeated, with growing pauses, before the sink reports trouble; it is tried on all the same"),
                OptionSpec.withDefault(
                                "body",
                                Type.TEXT,
                                "json",
                                "json: the row; alertmanager: an alert as Alertmanager sends it (version 4)")
                        .choices("json", ALERTMANAGER));
    }

    @Override
    public List<OptionProblem> check(Options options, RowType rowType) {
        List<OptionProblem> problems = new ArrayList<>();
        if (options.values().get("url") instanceof String url
                && Address.parse(url).isEmpty()) {
            problems.add(
                    new OptionProblem("url", "must be an http or https address without a user; give that as a header"));
        }
        for (String header : options.nested("headers").values().keySet()) {
            if (!header.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")
                    || RESERVED_HEADERS.contains(header.toLowerCase(Locale.ROOT))) {
                problems.add(new OptionProblem("headers", "'" + header + "' is no header that can be set"));
            }
        }
        long timeoutMs = options.number("timeout", DEFAULT_TIMEOUT_MS);
        if (timeoutMs < 1 || timeoutMs > 3_600_000) {
            problems.add(new OptionProblem("timeout", "must be from 1ms to 1h"));
        }
        long retries = options.number("retries", DEFAULT_RETRIES);
        if (retries < 0 || retries > MAX_RETRIES) {
            problems.add(new OptionProblem("retries", "must be from 0 to " + MAX_RETRIES));
        }
        if (options.optionalText("body").orElse("json").equals(ALERTMANAGER)
                && AlertmanagerBody.REQUIRED.stream().anyMatch(column -> rowType.indexOf(column) < 0)) {
            problems.add(new OptionProblem("body", "alertmanager needs the rows of an alert stage"));
        }
        return problems;
    }

    /** {@inheritDoc} Without an answer nobody knows whether a request has had its effect; to page twice by default is no better than to say so. */
    @Override
    public Guarantee best() {
        return Guarantee.AT_MOST_ONCE;
    }

    @Override
    public Set<Guarantee> guarantees() {
        return Set.of(Guarantee.AT_MOST_ONCE, Guarantee.AT_LEAST_ONCE);
    }

    @Override
    public boolean takesFormat() {
        return false;
    }

    @Override
    public void prepare(SinkContext context) {
        request(context);
    }

    @Override
    public SinkWriter open(SinkContext context, int partition) {
        Options options = context.options();
        RowType rowType = context.rowType();
        WebhookRequests.Body body = options.optionalText("body").orElse("json").equals(ALERTMANAGER)
                ? new AlertmanagerBody(rowType, context.pipeline())::of
                : WebhookRequests.jsonBody(
                        new JsonFormat().encoder(Options.NONE, rowType).orElseThrow());
        String keyPrefix = context.pipeline() + "-" + context.instance() + "-" + context.sink() + "-" + partition + "-";
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofMillis(options.number("timeout", DEFAULT_TIMEOUT_MS)))
                .build();
        WebhookRequests requests = new WebhookRequests(client, request(context), body, keyPrefix);
        return context.guarantee() == Guarantee.AT_MOST_ONCE
                ? new WebhookEffects(requests)
                : new WebhookWriter(requests, pause);
    }

    private static WebhookRequests.Request request(SinkContext context) {
        Options options = context.options();
        String url = resolve(context, "url", options.values().get("url")).orElse("");
        URI uri = Address.parse(url)
                .orElseThrow(() -> ConnectorException.fatal("webhook sink '" + context.sink()
                        + "': 'url' is not an http or https address without a user; check where its value comes from"));
        Map<String, String> headers = new LinkedHashMap<>();
        options.nested("headers")
                .values()
                .forEach((name, value) -> headers.put(
                        name,
                        header(context, name, resolve(context, name, value).orElse(""))));
        return new WebhookRequests.Request(
                context.sink(),
                uri,
                options.optionalText("method").orElse("POST"),
                headers,
                resolve(context, "secret", options.values().get("secret")),
                Duration.ofMillis(options.number("timeout", DEFAULT_TIMEOUT_MS)),
                (int) options.number("retries", DEFAULT_RETRIES));
    }

    private static String header(SinkContext context, String name, String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
            throw ConnectorException.fatal("webhook sink '" + context.sink() + "': the value of header '" + name
                    + "' holds a line break or control character");
        }
        return value;
    }

    private static Optional<String> resolve(SinkContext context, String option, @Nullable Object value) {
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof SecretRef secret) {
            return Optional.of(context.secrets().resolve(secret));
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw ConnectorException.fatal("webhook sink '" + context.sink() + "': '" + option + "' is not a text");
    }
}
