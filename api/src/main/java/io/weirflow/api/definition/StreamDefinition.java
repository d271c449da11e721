package io.weirflow.api.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream: where rows come from.
 *
 * @param source null when it is missing, which lint reports
 * @param columns null when they were left out
 * @param eventTime null for none
 * @param onError {@code fail} or {@code stream}; null for the default
 */
public record StreamDefinition(
        Text name,
        @Nullable ConnectorUse source,
        FormatUse format,
        @Nullable List<ColumnDefinition> columns,
        @Nullable EventTimeDefinition eventTime,
        @Nullable Text onError) {

    public StreamDefinition {
        columns = columns == null ? null : List.copyOf(columns);
    }
}
