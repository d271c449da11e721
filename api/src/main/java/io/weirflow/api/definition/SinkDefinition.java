package io.weirflow.api.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sink: where rows go.
 *
 * @param from names of streams and stages; empty when it is missing, which lint reports
 * @param to null when it is missing, which lint reports
 * @param guarantee {@code exactly_once} or {@code at_least_once}; null for the connector's best
 */
public record SinkDefinition(
        Text name,
        List<Text> from,
        @Nullable ConnectorUse to,
        FormatUse format,
        @Nullable Text guarantee) {

    public SinkDefinition {
        from = List.copyOf(from);
    }
}
