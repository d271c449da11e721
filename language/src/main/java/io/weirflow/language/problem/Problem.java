package io.weirflow.language.problem;

import io.weirflow.api.definition.Place;
import java.util.Comparator;

/**
 * A mistake in a pipeline.
 *
 * @param code stable, such as {@code WF-1203}; see {@link ProblemCode} and {@code docs/LANGUAGE.md}
 * @param message what is wrong, and what to do where that is not plain; without a full stop
 * @param suggestion what was probably meant, or empty
 */
public record Problem(String code, Severity severity, Place place, String message, String suggestion)
        implements Comparable<Problem> {

    private static final Comparator<Problem> ORDER = Comparator.comparing(Problem::place)
            .thenComparing(Problem::severity)
            .thenComparing(Problem::code)
            .thenComparing(Problem::message)
            .thenComparing(Problem::suggestion);

    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }

    /** Returns {@code FILE:LINE:COLUMN: [WF-1203] message; did you mean 'host'?}; warnings say that they are. */
    public String render() {
        String kind = severity == Severity.WARNING ? "warning: " : "";
        String advice = suggestion.isEmpty() ? "" : "; did you mean '" + suggestion + "'?";
        return place + ": [" + code + "] " + kind + message + advice;
    }
}
