package io.weirflow.language.check;

import io.weirflow.api.definition.CallDefinition;
import io.weirflow.api.definition.Text;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.RowType;
import io.weirflow.language.check.CheckedPipeline.Operation;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks {@code call} of a stage. */
final class CallChecker {

    private static final long DEFAULT_TIMEOUT_MS = 10_000;
    private static final long MAX_TIMEOUT_MS = 3_600_000;
    private static final int DEFAULT_RETRIES = 3;
    private static final int MAX_RETRIES = 100;
    private static final int DEFAULT_IN_FLIGHT = 16;
    private static final int MAX_IN_FLIGHT = 10_000;
    private static final int DEFAULT_CACHE_SIZE = 10_000;
    private static final int MAX_CACHE_SIZE = 10_000_000;

    private final Scalars scalars;
    private final StreamChecker streams;
    private final ConnectorChecker connectors;
    private final AlertChecker columns;
    private final Problems problems;

    CallChecker(
            Scalars scalars,
            StreamChecker streams,
            ConnectorChecker connectors,
            AlertChecker columns,
            Problems problems) {
        this.scalars = scalars;
        this.streams = streams;
        this.connectors = connectors;
        this.columns = columns;
        this.problems = problems;
    }

    /**
     * What is known of the stage.
     *
     * @param operation null when something is wrong
     * @param key indexes of the columns whose rows keep their order
     * @param rows of its results
     */
    record Checked(@Nullable Operation operation, List<Integer> key, Rows rows) {}

    /** The settings that do not depend on the rows; null where they are wrong. */
    private record Settings(
            @Nullable Long timeoutMs,
            @Nullable Long retries,
            @Nullable Long maxInFlight,
            @Nullable String onError,
            @Nullable Long cacheTtlMs,
            @Nullable Long cacheSize) {

        boolean sound() {
            return timeoutMs != null
                    && retries != null
                    && maxInFlight != null
                    && onError != null
                    && cacheTtlMs != null
                    && cacheSize != null;
        }
    }

    Checked check(CallDefinition call, Rows input, String owner) {
        String what = "the call of " + owner;
        List<Integer> key = columns.columns(call.key(), input, "'key' of " + what);
        boolean sound = !key.contains(-1);
        key.removeIf(column -> column < 0);
        ConnectorChecker.Service service = service(call, input.broken().isEmpty() ? input.type() : null, what);
        Settings settings = settings(call, what);
        StreamChecker.ColumnList result = result(call, what);
        boolean nulls = "nulls".equals(settings.onError());
        sound &= result.broken().isEmpty() && result.type().size() > 0;
        sound &= !nulls || allNullable(call, result.type(), what);
        sound &= noClash(call, input.type(), result.type(), what);
        RowType output = output(input.type(), result.type());
        Rows rows = new Rows(output, input.broken(), input.time());
        if (!sound || service == null || !settings.sound()) {
            return new Checked(null, key, rows);
        }
        StepSpec spec = new StepSpec.Call(
                service.name(),
                service.options(),
                key,
                result.type(),
                known(settings.timeoutMs()),
                (int) known(settings.retries()),
                (int) known(settings.maxInFlight()),
                nulls,
                known(settings.cacheTtlMs()),
                known(settings.cacheTtlMs()) == 0 ? 0 : (int) known(settings.cacheSize()));
        return new Checked(new Operation(spec, output), key, rows);
    }

    /** Checks what does not depend on the input. */
    void checkWithoutRows(CallDefinition call, String owner) {
        String what = "the call of " + owner;
        service(call, null, what);
        settings(call, what);
        result(call, what);
    }

    private static long known(@Nullable Long value) {
        return Objects.requireNonNull(value, "a setting that was checked");
    }

    private ConnectorChecker.@Nullable Service service(CallDefinition call, @Nullable RowType rows, String what) {
        if (call.service() == null) {
            problems.add(
                    ProblemCode.MISSING_KEY, call.place(), what + " needs a service to ask, such as http: {url: …}");
            return null;
        }
        return connectors.service(call.service(), rows, what);
    }

    private StreamChecker.ColumnList result(CallDefinition call, String what) {
        if (call.result() == null || call.result().isEmpty()) {
            problems.add(ProblemCode.MISSING_KEY, call.place(), what + " needs 'result', the columns of the answer");
        }
        return streams.columns(call.result() == null ? List.of() : call.result(), what);
    }

    private Settings settings(CallDefinition call, String what) {
        String onError = call.onError() == null
                ? "stream"
                : scalars.choice(call.onError(), "'on_error' of " + what, List.of("nulls", "stream"));
        return new Settings(
                timeout(call.timeout(), what),
                number(call.retries(), "'retries' of " + what, 0, MAX_RETRIES, DEFAULT_RETRIES),
                number(call.maxInFlight(), "'max_in_flight' of " + what, 1, MAX_IN_FLIGHT, DEFAULT_IN_FLIGHT),
                onError,
                call.cacheTtl() == null
                        ? Long.valueOf(0)
                        : scalars.positiveMs(call.cacheTtl(), "'ttl' of the cache of " + what),
                number(call.cacheSize(), "'size' of the cache of " + what, 1, MAX_CACHE_SIZE, DEFAULT_CACHE_SIZE));
    }

    private @Nullable Long timeout(@Nullable Text text, String what) {
        if (text == null) {
            return DEFAULT_TIMEOUT_MS;
        }
        Long ms = scalars.positiveMs(text, "'timeout' of " + what);
        if (ms != null && ms > MAX_TIMEOUT_MS) {
            problems.add(ProblemCode.BAD_DURATION, text.place(), "'timeout' of " + what + " is longer than an hour");
            return null;
        }
        return ms;
    }

    private @Nullable Long number(@Nullable Text text, String what, int least, int most, int fallback) {
        return text == null ? Long.valueOf(fallback) : scalars.number(text, what, least, most);
    }

    private boolean allNullable(CallDefinition call, RowType result, String what) {
        boolean sound = true;
        for (Column column : result.columns()) {
            if (!column.nullable()) {
                sound = false;
                problems.add(
                        ProblemCode.CONFLICTING_KEYS,
                        call.place(),
                        "'on_error: nulls' of " + what + " may leave '" + column.name()
                                + "' without a value, which is NOT NULL in 'result'");
            }
        }
        return sound;
    }

    private boolean noClash(CallDefinition call, RowType input, RowType result, String what) {
        boolean sound = true;
        for (Column column : result.columns()) {
            if (input.indexOf(column.name()) >= 0) {
                sound = false;
                problems.add(
                        ProblemCode.COLUMN_CLASH,
                        call.place(),
                        "the result of " + what + " has a column '" + column.name()
                                + "', and its input has one already; rename or leave it out with 'select'");
            }
        }
        return sound;
    }

    /** After a clash was reported, what is further down is still checked. */
    private static RowType output(RowType input, RowType result) {
        List<Column> columns = new ArrayList<>(input.columns());
        for (Column column : result.columns()) {
            if (input.indexOf(column.name()) < 0) {
                columns.add(column);
            }
        }
        return RowType.of(columns);
    }
}
