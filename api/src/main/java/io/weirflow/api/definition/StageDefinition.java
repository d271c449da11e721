package io.weirflow.api.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage: what is done to rows.
 *
 * @param from names of streams and stages; empty when it is missing, which lint reports
 * @param where SQL; null for all rows
 * @param select null for all columns
 */
public record StageDefinition(
        Text name,
        List<Text> from,
        @Nullable Text where,
        @Nullable List<SelectItem> select,
        Grouping grouping,
        @Nullable AlertDefinition alert,
        @Nullable OperatorDefinition operator,
        StageSettings settings) {

    public StageDefinition {
        from = List.copyOf(from);
        select = select == null ? null : List.copyOf(select);
    }
}
