package io.weirflow.language.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.parser.impl.ParseException;
import org.jspecify.annotations.Nullable;

/** Calcite's parse errors as one plain sentence with a place. */
final class SyntaxErrors {
    private static final Pattern PLACE = Pattern.compile("line (\\d+), column (\\d+)");

    /** Habits from other languages, and what SQL writes. */
    private static final Map<String, String> PAIRS = Map.of(
            "==", "equality is written with one '='",
            "&&", "logic is written with AND",
            "**", "powers are written POWER(x, y)",
            "::", "conversions are written CAST(x AS type)",
            "->", "members of JSON are read with JSON_VALUE(x, '$.name')");

    private static final Set<String> STATEMENTS =
            Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE", "DROP", "ALTER", "MERGE", "VALUES", "SET");

    private SyntaxErrors() {}

    /** The tokens that the parser did not understand; {@code last} may be the number of tokens, which is the end. */
    record Span(int first, int last) {}

    static Span span(SqlParseException error, List<Token> tokens) {
        SqlParserPos pos = error.getPos();
        int line = pos == null ? 0 : pos.getLineNum();
        int column = pos == null ? 0 : pos.getColumnNum();
        if (line <= 0) {
            Matcher place = PLACE.matcher(String.valueOf(error.getMessage()));
            if (place.find()) {
                line = Integer.parseInt(place.group(1));
                column = Integer.parseInt(place.group(2));
            }
        }
        int first = indexAt(tokens, line, column);
        if (first < tokens.size() && isEndOfText(error)) {
            return new Span(tokens.size(), tokens.size());
        }
        return new Span(first, Math.min(tokens.size(), first + lookahead(error) - 1));
    }

    private static boolean isEndOfText(SqlParseException error) {
        return String.valueOf(error.getMessage()).startsWith("Encountered \"<EOF>\"");
    }

    private static int indexAt(List<Token> tokens, int line, int column) {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            int end = token.column() + token.text().length();
            if (token.line() > line || (token.line() == line && end > column)) {
                return i;
            }
        }
        return tokens.size();
    }

    private static int lookahead(SqlParseException error) {
        if (error.getCause() instanceof ParseException cause && cause.expectedTokenSequences != null) {
            return Math.max(
                    1,
                    Arrays.stream(cause.expectedTokenSequences)
                            .mapToInt(sequence -> sequence.length)
                            .max()
                            .orElse(1));
        }
        return 1;
    }

    static Mistake mistake(List<Token> tokens, @Nullable SqlParseException error, int first, int culprit) {
        if (error == null) {
            return Mistake.at(1, 1, ProblemCode.SYNTAX, "this is not an SQL expression", "");
        }
        if (culprit >= tokens.size()) {
            Token last = tokens.get(tokens.size() - 1);
            return Mistake.at(
                    last.line(),
                    last.column() + last.text().length(),
                    ProblemCode.SYNTAX,
                    "the expression ends too early, after '" + shown(last) + "'" + unclosed(tokens),
                    "");
        }
        Token wrong = tokens.get(culprit);
        if (culprit == 0 && STATEMENTS.contains(wrong.text().toUpperCase(Locale.ROOT))) {
            return Mistake.at(
                    wrong.line(),
                    wrong.column(),
                    ProblemCode.NOT_SUPPORTED,
                    "a statement (" + wrong.text() + ") stands where an expression is expected",
                    "");
        }
        return unexpected(tokens, first, culprit);
    }

    private static Mistake unexpected(List<Token> tokens, int first, int culprit) {
        Token wrong = tokens.get(culprit);
        String habit = "";
        for (int i = Math.max(0, first - 1); i < Math.min(culprit + 2, tokens.size() - 1); i++) {
            habit = PAIRS.getOrDefault(tokens.get(i).text() + tokens.get(i + 1).text(), habit);
        }
        String message = "unexpected '" + shown(wrong) + "'"
                + (culprit > 0 ? " after '" + shown(tokens.get(culprit - 1)) + "'" : "");
        if (!habit.isEmpty()) {
            message += "; " + habit;
        } else if (wrong.is(";")) {
            message += "; an expression has no ';'";
        } else if (wrong.isWord("AS")) {
            message += "; the name of the result is the key of the entry";
        } else if (wrong.isWord("AT")) {
            message += "; times are UTC, there is no AT TIME ZONE";
        } else if (wrong.kind() == Token.Kind.WORD) {
            message += "; a column that is called so is written \"" + wrong.text() + "\"";
        }
        return Mistake.at(wrong.line(), wrong.column(), ProblemCode.SYNTAX, message, "");
    }

    private static String unclosed(List<Token> tokens) {
        int open = 0;
        for (Token token : tokens) {
            open += token.is("(") ? 1 : token.is(")") ? -1 : 0;
        }
        return open > 0 ? "; a ')' is missing" : "";
    }

    private static String shown(Token token) {
        return token.text().length() <= 40 ? token.text() : token.text().substring(0, 37) + "...";
    }
}
