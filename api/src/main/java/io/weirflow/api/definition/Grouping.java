package io.weirflow.api.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Aggregation of a stage.
 *
 * @param groupBy column names; null when not given
 * @param window null when not given
 * @param having SQL; null for all
 * @param allowedLateness a duration; null for none
 */
public record Grouping(
        @Nullable List<Text> groupBy,
        @Nullable WindowDefinition window,
        @Nullable Text having,
        @Nullable Text allowedLateness) {

    /** Nothing is aggregated. */
    public static final Grouping NONE = new Grouping(null, null, null, null);

    public Grouping {
        groupBy = groupBy == null ? null : List.copyOf(groupBy);
    }
}
