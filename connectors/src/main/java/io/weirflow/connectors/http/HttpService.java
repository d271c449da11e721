package io.weirflow.connectors.http;

import io.weirflow.api.connector.CallConnector;
import io.weirflow.api.connector.CallContext;
import io.weirflow.api.connector.Caller;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.OptionSpec.Type;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A service that answers one request about each row with a JSON object. */
final class HttpService implements CallConnector {

    private static final String GET = "GET";

    /** Set by the caller or by the HTTP client itself. */
    private static final Set<String> RESERVED_HEADERS =
            Set.of("connection", "content-length", "expect", "host", "upgrade", "content-type", "idempotency-key");

    private final SharedClient client;

    HttpService(SharedClient client) {
        this.client = client;
    }

    @Override
    public List<OptionSpec> options() {
        return List.of(
                OptionSpec.required(
                                "url",
                                Type.TEXT,
                                "the address, http or https, with columns in braces; redirects are not followed")
                        .asSecret(),
                OptionSpec.withDefault("method", Type.TEXT, GET, "the request's method")
                        .choices(GET, "POST", "PUT", "PATCH"),
                OptionSpec.optional("headers", Type.MAP, "further headers, such as Authorization")
                        .asSecret(),
                OptionSpec.optional(
                        "body",
                        Type.TEXTS,
                        "the columns that are sent as a JSON object; all unless told, none with GET"));
    }

    @Override
    public List<OptionProblem> check(Options options, RowType rowType) {
        List<OptionProblem> problems = new ArrayList<>();
        if (options.values().get("url") instanceof String url) {
            try {
                UrlTemplate unused = UrlTemplate.parse(url, rowType);
            } catch (IllegalArgumentException e) {
                problems.add(new OptionProblem("url", String.valueOf(e.getMessage())));
            }
        }
        for (String header : options.nested("headers").values().keySet()) {
            if (!header.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")
                    || RESERVED_HEADERS.contains(header.toLowerCase(Locale.ROOT))) {
                problems.add(new OptionProblem("headers", "'" + header + "' is no header that can be set"));
            }
        }
        if (options.has("body") && method(options).equals(GET)) {
            problems.add(new OptionProblem("body", "a GET request has no body; set 'method'"));
        }
        for (String column : options.texts("body")) {
            if (rowType.indexOf(column) < 0) {
                problems.add(new OptionProblem("body", "the row has no column '" + column + "'"));
            }
        }
        return problems;
    }

    private static String method(Options options) {
        return options.optionalText("method").orElse(GET);
    }

    @Override
    public Caller open(CallContext context) {
        Options options = context.options();
        String method = method(options);
        UrlTemplate url;
        try {
            url = UrlTemplate.parse(resolve(context, "url", options.values().get("url")), context.rowType());
        } catch (IllegalArgumentException e) {
            throw ConnectorException.fatal("call of stage '" + context.entry() + "': 'url': " + e.getMessage()
                    + "; check where its value comes from");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        options.nested("headers").values().forEach((name, value) -> headers.put(name, header(context, name, value)));
        JsonBody body = method.equals(GET) ? JsonBody.NONE : JsonBody.of(context.rowType(), options.texts("body"));
        return new HttpCaller(client.get(), url, method, headers, body);
    }

    private static String header(CallContext context, String name, Object value) {
        String text = resolve(context, name, value);
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
            throw ConnectorException.fatal("call of stage '" + context.entry() + "': the value of header '" + name
                    + "' holds a line break or control character");
        }
        return text;
    }

    private static String resolve(CallContext context, String option, @Nullable Object value) {
        if (value instanceof SecretRef secret) {
            return context.secrets().resolve(secret);
        }
        if (value instanceof String text) {
            return text;
        }
        throw ConnectorException.fatal("call of stage '" + context.entry() + "': '" + option + "' is not a text");
    }
}
