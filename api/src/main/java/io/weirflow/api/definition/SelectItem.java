package io.weirflow.api.definition;

import org.jspecify.annotations.Nullable;

/**
 * One column of {@code select}.
 *
 * @param expression SQL; null when the column means itself
 */
public record SelectItem(Text column, @Nullable Text expression) {}
