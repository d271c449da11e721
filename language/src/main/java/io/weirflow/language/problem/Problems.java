package io.weirflow.language.problem;

import io.weirflow.api.definition.Place;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Collects the problems of one pipeline. Not safe for use by several threads. */
public final class Problems {

    private final Set<Problem> found = new TreeSet<>();

    /** Adds a problem. */
    public void add(ProblemCode code, Place place, String message) {
        add(code, place, message, "");
    }

    /**
     * Adds a problem.
     *
     * @param suggestion what was probably meant, or empty
     */
    public void add(ProblemCode code, Place place, String message, String suggestion) {
        add(new Problem(code.code(), code.severity(), place, message, suggestion));
    }

    /** Adds a problem; the same one again changes nothing. */
    public void add(Problem problem) {
        found.add(problem);
    }

    /** Returns whether something makes the pipeline impossible to run. */
    public boolean hasErrors() {
        return found.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
    }

    /** Returns the problems in the order of their places. */
    public List<Problem> sorted() {
        return List.copyOf(found);
    }
}
