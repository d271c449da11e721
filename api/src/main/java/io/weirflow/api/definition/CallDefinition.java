package io.weirflow.api.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a service about each row.
 *
 * @param service the connector with its options; null when it is missing, which lint reports
 * @param key columns whose rows keep their order; empty for none
 * @param result the columns of the answer; null when they are missing, which lint reports
 * @param timeout a duration; null for the default, here and below
 * @param retries a number
 * @param maxInFlight a number
 * @param onError {@code stream} or {@code nulls}
 * @param cacheTtl a duration; null for no cache
 * @param cacheSize a number
 */
public record CallDefinition(
        @Nullable ConnectorUse service,
        List<Text> key,
        @Nullable List<ColumnDefinition> result,
        @Nullable Text timeout,
        @Nullable Text retries,
        @Nullable Text maxInFlight,
        @Nullable Text onError,
        @Nullable Text cacheTtl,
        @Nullable Text cacheSize,
        Place place) {

    public CallDefinition {
        key = List.copyOf(key);
        result = result == null ? null : List.copyOf(result);
    }
}
