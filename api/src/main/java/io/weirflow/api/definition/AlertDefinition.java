package io.weirflow.api.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Raises and resolves alerts.
 *
 * @param key column names; empty for one alert over all rows
 * @param when SQL; null when it is missing, which lint reports
 * @param holds the duration {@code for}; null for at once
 * @param resolveAfter a duration; null for at once
 * @param severity null for the default
 * @param summary a template; null for the default
 */
public record AlertDefinition(
        List<Text> key,
        @Nullable Text when,
        @Nullable Text holds,
        @Nullable Text resolveAfter,
        @Nullable Text severity,
        @Nullable Text summary,
        Place place) {

    public AlertDefinition {
        key = List.copyOf(key);
    }
}
