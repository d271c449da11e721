package io.weirflow.language.sql;

import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/**
 * Leaves the analysis of one node; it is caught at that node and becomes a {@link SqlProblem}, and its siblings are analysed
 * all the same. Never leaves the package.
 */
final class Mistake extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int MAX_MESSAGE = 500;

    private final ProblemCode code;
    private final String text;
    private final String suggestion;
    private final int line;
    private final int column;

    private Mistake(ProblemCode code, String text, String suggestion, int line, int column) {
        super(text, null, false, false);
        this.code = code;
        this.text = shortened(text);
        this.suggestion = shortened(suggestion);
        this.line = line;
        this.column = column;
    }

    /** Returns a mistake of the node that is being analysed. */
    static Mistake here(ProblemCode code, String text) {
        return new Mistake(code, text, "", 0, 0);
    }

    static Mistake here(ProblemCode code, String text, String suggestion) {
        return new Mistake(code, text, suggestion, 0, 0);
    }

    static Mistake at(int line, int column, ProblemCode code, String text, String suggestion) {
        return new Mistake(code, text, suggestion, line, column);
    }

    static Mistake at(SqlNode node, ProblemCode code, String text) {
        return new Mistake(code, text, "", lineOf(node), columnOf(node));
    }

    SqlProblem problem(@Nullable SqlNode node) {
        if (line > 0 || node == null) {
            return new SqlProblem(code.code(), text, Math.max(1, line), Math.max(1, column), suggestion, "");
        }
        return new SqlProblem(code.code(), text, lineOf(node), columnOf(node), suggestion, "");
    }

    private static int lineOf(SqlNode node) {
        return Math.max(1, node.getParserPosition().getLineNum());
    }

    private static int columnOf(SqlNode node) {
        return Math.max(1, node.getParserPosition().getColumnNum());
    }

    /** A message quotes what the user wrote, which may be long. */
    private static String shortened(String text) {
        return text.length() <= MAX_MESSAGE
                ? text
                : text.substring(0, MAX_MESSAGE / 2) + " ... " + text.substring(text.length() - MAX_MESSAGE / 3);
    }
}
