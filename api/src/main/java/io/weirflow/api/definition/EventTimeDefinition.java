package io.weirflow.api.definition;

import org.jspecify.annotations.Nullable;

/**
 * Where rows get their event time.
 *
 * @param kind {@code column}, {@code ingestion} or {@code processing}
 * @param column for the kind {@code column}
 * @param outOfOrderness a duration; null for none
 * @param idleAfter a duration; null for never
 */
public record EventTimeDefinition(
        Text kind,
        @Nullable Text column,
        @Nullable Text outOfOrderness,
        @Nullable Text idleAfter,
        Place place) {}
