package io.weirflow.api.connector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One option that a connector or format takes; what lint checks and documentation lists.
 *
 * @param name in snake case
 * @param type what values it takes
 * @param required whether it must be given
 * @param secret whether its value is never printed and stays a {@link SecretRef} where it comes from outside
 * @param fallback the value when it is not given; null for none
 * @param choices the allowed texts; empty for any
 * @param doc one line
 */
public record OptionSpec(
        String name,
        Type type,
        boolean required,
        boolean secret,
        @Nullable Object fallback,
        List<String> choices,
        String doc) {

    /** What values an option takes. */
    public enum Type {
        TEXT,
        /** A whole number; arrives as Long. */
        NUMBER,
        /** Any number; arrives as Double. */
        DECIMAL,
        FLAG,
        /** A duration such as {@code 500ms}, {@code 5s}, {@code 1m}, {@code 2h}, {@code 1d}; arrives as Long milliseconds. */
        DURATION,
        /** A list of texts. */
        TEXTS,
        /** A map of texts. */
        MAP
    }

    public OptionSpec {
        choices = List.copyOf(choices);
    }

    /** Returns an option that must be given. */
    public static OptionSpec required(String name, Type type, String doc) {
        return new OptionSpec(name, type, true, false, null, List.of(), doc);
    }

    /** Returns an option without a default. */
    public static OptionSpec optional(String name, Type type, String doc) {
        return new OptionSpec(name, type, false, false, null, List.of(), doc);
    }

    /** Returns an option with a default: a String, Long, Double or Boolean as its type says. */
    public static OptionSpec withDefault(String name, Type type, Object fallback, String doc) {
        return new OptionSpec(name, type, false, false, fallback, List.of(), doc);
    }

    /** Returns this option, limited to some texts. */
    public OptionSpec choices(String... allowed) {
        return new OptionSpec(name, type, required, secret, fallback, List.of(allowed), doc);
    }

    /** Returns this option as a secret. */
    public OptionSpec asSecret() {
        return new OptionSpec(name, type, required, true, fallback, choices, doc);
    }
}
