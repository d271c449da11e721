package io.weirflow.api.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage: what is done to rows.
 *
 * @param from names of streams and stages; empty when it is missing, which lint reports
 * @param where SQL; null for all rows
 * @param select null for all columns
 * @param unbuilt keys that the language has and this version has not, which lint reports
 */
public record StageDefinition(
        Text name,
        List<Text> from,
        @Nullable Text where,
        @Nullable List<SelectItem> select,
        Grouping grouping,
        @Nullable AlertDefinition alert,
        @Nullable OperatorDefinition operator,
        @Nullable CallDefinition call,
        StageSettings settings,
        List<Text> unbuilt) {

    public StageDefinition {
        from = List.copyOf(from);
        unbuilt = List.copyOf(unbuilt);
        select = select == null ? null : List.copyOf(select);
    }
}
