package io.weirflow.language.check;

import io.weirflow.api.definition.Text;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a text with expressions in braces, such as <code>{host}: {errors * 60} an hour</code>. <code>{{</code> and
 * <code>}}</code> stand for the braces themselves; a value that is NULL becomes an empty text.
 */
final class SummaryTemplate {

    private final Text text;
    private final String value;
    private final Problems problems;
    private final StringBuilder literal = new StringBuilder();
    private final List<Expr> parts = new ArrayList<>();
    private boolean failed;

    private SummaryTemplate(Text text, Problems problems) {
        this.text = text;
        this.value = text.value();
        this.problems = problems;
    }

    /** Returns a VARCHAR that is never NULL; null after a report. */
    static @Nullable Expr compile(
            Text raw, Rows rows, String where, Scalars scalars, Expressions expressions, Problems problems) {
        Text text = scalars.expander().text(raw);
        return text == null ? null : new SummaryTemplate(text, problems).compile(rows, where, expressions);
    }

    private @Nullable Expr compile(Rows rows, String where, Expressions expressions) {
        int at = 0;
        while (at < value.length()) {
            char c = value.charAt(at);
            boolean doubled = at + 1 < value.length() && value.charAt(at + 1) == c;
            if ((c == '{' || c == '}') && doubled) {
                literal.append(c);
                at += 2;
            } else if (c == '{') {
                at = expression(at, rows, where, expressions);
            } else if (c == '}') {
                fail(at, "'}' closes nothing in " + where + "; write '}}' for the character itself");
                at++;
            } else {
                literal.append(c);
                at++;
            }
        }
        flush();
        return failed ? null : whole();
    }

    /** Reads from a brace to the one that closes it; text in quotes is passed over. */
    private int expression(int open, Rows rows, String where, Expressions expressions) {
        flush();
        boolean quoted = false;
        for (int at = open + 1; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c == '\'') {
                quoted = !quoted;
            } else if (c == '}' && !quoted) {
                add(text.slice(open + 1, at), rows, where, expressions);
                return at + 1;
            }
        }
        fail(open, "'{' is not closed in " + where + "; write '{{' for the character itself");
        return value.length();
    }

    private void add(Text expression, Rows rows, String where, Expressions expressions) {
        Expr compiled = expressions.scalar(expression, rows, where);
        if (compiled == null) {
            failed = true;
            return;
        }
        Expr part = compiled.type() == Scalar.VARCHAR
                ? compiled
                : new Expr.Cast(compiled, Scalar.VARCHAR, false, compiled.nullable());
        parts.add(
                part.nullable()
                        ? new Expr.Call(Function.COALESCE, List.of(part, Expr.Literal.of("")), Scalar.VARCHAR, false)
                        : part);
    }

    private void flush() {
        if (!literal.isEmpty()) {
            parts.add(Expr.Literal.of(literal.toString()));
            literal.setLength(0);
        }
    }

    private Expr whole() {
        if (parts.isEmpty()) {
            return Expr.Literal.of("");
        }
        return parts.size() == 1 ? parts.get(0) : new Expr.Call(Function.CONCAT, parts, Scalar.VARCHAR, false);
    }

    private void fail(int at, String message) {
        failed = true;
        problems.add(ProblemCode.BAD_TEMPLATE, text.at(at), message);
    }
}
