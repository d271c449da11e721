package io.weirflow.language.sql;

/**
 * A mistake in the text of an expression.
 *
 * @param code stable, see {@link ProblemCode}
 * @param message one plain sentence without a full stop
 * @param line from 1, inside the text
 * @param column from 1, inside the line
 * @param suggestion what was probably meant, or empty
 * @param item the entry of {@code select} that the text belongs to, or empty
 */
public record SqlProblem(String code, String message, int line, int column, String suggestion, String item) {

    SqlProblem inItem(String name) {
        return new SqlProblem(code, message, line, column, suggestion, name);
    }
}
