package io.weirflow.api.definition;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes a call of a service. */
public final class CallBuilder {

    private final ConnectorUse service;
    private final List<ColumnDefinition> result = new ArrayList<>();
    private List<Text> key = List.of();
    private @Nullable Text timeout;
    private @Nullable Text retries;
    private @Nullable Text maxInFlight;
    private @Nullable Text onError;
    private @Nullable Text cacheTtl;
    private @Nullable Text cacheSize;

    CallBuilder(String connector, Map<String, ?> options) {
        service = new ConnectorUse(Text.of(connector), JavaValues.fields(options), Place.BUILDER);
    }

    /** Names the columns whose rows keep their order. */
    public CallBuilder key(String... columns) {
        key = JavaValues.texts(columns);
        return this;
    }

    /** Adds a column of the answer, with its type as SQL writes it. */
    public CallBuilder result(String column, String sqlType) {
        result.add(new ColumnDefinition(Text.of(column), Text.of(sqlType)));
        return this;
    }

    /** Sets how long an attempt may take. */
    public CallBuilder timeout(Duration duration) {
        timeout = JavaValues.duration(duration);
        return this;
    }

    /** Sets how often an attempt that failed is repeated. */
    public CallBuilder retries(int times) {
        retries = Text.of(Integer.toString(times));
        return this;
    }

    /** Sets how many calls of one slot may be under way. */
    public CallBuilder maxInFlight(int calls) {
        maxInFlight = Text.of(Integer.toString(calls));
        return this;
    }

    /** A row whose call has failed goes on without an answer, instead of to the errors. */
    public CallBuilder nullOnError() {
        onError = Text.of("nulls");
        return this;
    }

    /** Answers of the last {@code ttl} are used again for the same question, at most {@code size} of them in a slot. */
    public CallBuilder cache(Duration ttl, int size) {
        cacheTtl = JavaValues.duration(ttl);
        cacheSize = Text.of(Integer.toString(size));
        return this;
    }

    CallDefinition build() {
        return new CallDefinition(
                service, key, result, timeout, retries, maxInFlight, onError, cacheTtl, cacheSize, Place.BUILDER);
    }
}
