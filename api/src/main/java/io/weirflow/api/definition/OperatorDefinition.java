package io.weirflow.api.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a Java class.
 *
 * @param className null when it is missing, which lint reports
 * @param jar the jar that the class is in; null for wherever it is found first
 * @param columns the columns of the rows that it emits; null for those of its input
 */
public record OperatorDefinition(
        @Nullable Text className,
        @Nullable Text jar,
        Value.Fields config,
        @Nullable List<ColumnDefinition> columns,
        Place place) {

    public OperatorDefinition {
        columns = columns == null ? null : List.copyOf(columns);
    }
}
