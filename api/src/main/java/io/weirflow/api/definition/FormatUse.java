package io.weirflow.api.definition;

import org.jspecify.annotations.Nullable;

/**
 * A format with its options.
 *
 * @param format its name; null for the default
 * @param options given inside, as in <code>format: {csv: {header: true}}</code>, or beside it, as in {@code header: true}
 */
public record FormatUse(@Nullable Text format, Value.Fields options) {

    /** Nothing said. */
    public static final FormatUse DEFAULT = new FormatUse(null, Value.Fields.NONE);
}
