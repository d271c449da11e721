package io.weirflow.language.sql;

import java.util.List;

/** What became of a text: a value, or every mistake that was found in it. */
public sealed interface SqlResult<T> {

    /** The text is right. */
    record Ok<T>(T value) implements SqlResult<T> {}

    /**
     * The text is wrong.
     *
     * @param problems at least one, in the order of their places
     */
    record Failed<T>(List<SqlProblem> problems) implements SqlResult<T> {
        public Failed {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("a failure needs a problem");
            }
        }
    }
}
