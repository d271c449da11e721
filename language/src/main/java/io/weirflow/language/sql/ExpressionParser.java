package io.weirflow.language.sql;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.jspecify.annotations.Nullable;

/**
 * Text to syntax tree with Calcite's parser: names keep their case, {@code "x"} and {@code `x`} quote a name, {@code %} and
 * {@code !=} are allowed (conformance LENIENT).
 *
 * <p>Calcite reserves some 500 words, and users have columns called {@code value}, {@code date} or {@code user}. A text that
 * does not parse is therefore tried again with words that are declared columns (or follow a point) taken as names: first
 * those that stand where an operand is due, then those near the place of the error.
 */
final class ExpressionParser {
    private static final SqlParser.Config CONFIG = SqlParser.config()
            .withUnquotedCasing(Casing.UNCHANGED)
            .withQuotedCasing(Casing.UNCHANGED)
            .withQuoting(Quoting.DOUBLE_QUOTE)
            .withCaseSensitive(true)
            .withConformance(SqlConformanceEnum.LENIENT)
            .withIdentifierMaxLength(1024);

    private static final int MAX_ATTEMPTS = 12;

    /** Functions of ours whose names Calcite's grammar keeps for something else. */
    private static final Set<String> FUNCTIONS_TO_FREE = Set.of("CONTAINS", "UUID");

    /** Collection constructors: with a column of that name, {@code map['k']} is an access to it. */
    private static final Set<String> CONSTRUCTORS = Set.of("ARRAY", "MAP");

    private static final Set<String> OPERAND_AFTER = Set.of(
            "AND",
            "OR",
            "NOT",
            "CASE",
            "WHEN",
            "THEN",
            "ELSE",
            "BETWEEN",
            "SYMMETRIC",
            "ASYMMETRIC",
            "LIKE",
            "ESCAPE",
            "IN",
            "FROM",
            "FOR",
            "DISTINCT",
            "ALL",
            "WHERE",
            "BY");

    private static final Set<String> OPERAND_BEFORE = Set.of(
            "AND", "OR", "NOT", "IS", "IN", "BETWEEN", "LIKE", "WHEN", "THEN", "ELSE", "END", "FROM", "FOR", "ESCAPE",
            "SIMILAR", "AS", "TO");

    /** Words that the grammar takes for something else in the arguments of functions: {@code DATE_TRUNC('MONTH', day)}. */
    private static final Set<String> AMBIGUOUS = Set.of(
            "MICROSECOND",
            "MILLISECOND",
            "SECOND",
            "MINUTE",
            "HOUR",
            "DAY",
            "DOW",
            "DOY",
            "EPOCH",
            "WEEK",
            "MONTH",
            "QUARTER",
            "YEAR",
            "DECADE",
            "CENTURY",
            "MILLENNIUM",
            "DEFAULT");

    private static final Set<String> UNIT_FIRST = Set.of("EXTRACT", "TIMESTAMPADD", "TIMESTAMPDIFF");

    private final String sql;
    private final Predicate<String> isColumn;
    private final List<Token> tokens;

    private ExpressionParser(String sql, Predicate<String> isColumn) {
        this.sql = sql;
        this.isColumn = isColumn;
        this.tokens = Tokens.of(sql);
    }

    /**
     * Parses one expression.
     *
     * @param isColumn whether a name is a declared column
     * @throws Mistake when it is not an expression
     */
    static ParsedSql parse(String sql, Predicate<String> isColumn) {
        return new ExpressionParser(sql, isColumn).parse();
    }

    private ParsedSql parse() {
        if (tokens.isEmpty()) {
            throw Mistake.at(1, 1, ProblemCode.SYNTAX, "an expression is missing here", "");
        }
        BitSet names = alwaysNames();
        Attempt attempt = attempt(names);
        if (attempt.parsed != null) {
            return attempt.parsed;
        }
        Attempt furthest = attempt;
        for (int i = 0; i < tokens.size(); i++) {
            if (mayBeName(i) && standsForOperand(i)) {
                names.set(i);
            }
        }
        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            attempt = attempt(names);
            if (attempt.parsed != null) {
                return attempt.parsed;
            }
            if (attempt.culprit > furthest.culprit) {
                furthest = attempt;
            }
            if (!takeNamesNear(attempt, names)) {
                break;
            }
        }
        throw furthest.mistake(this);
    }

    private BitSet alwaysNames() {
        BitSet names = new BitSet(tokens.size());
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean freed =
                    token.kind() == Token.Kind.WORD && FUNCTIONS_TO_FREE.contains(upper(token)) && nextIs(i, "(");
            boolean accessed = token.kind() == Token.Kind.WORD
                    && CONSTRUCTORS.contains(upper(token))
                    && nextIs(i, "[")
                    && isColumn.test(token.text());
            boolean ambiguous = AMBIGUOUS.contains(upper(token)) && mayBeName(i) && standsForOperand(i);
            if (token.kind() == Token.Kind.BACKTICKED_NAME || freed || accessed || ambiguous) {
                names.set(i);
            }
        }
        return names;
    }

    private boolean mayBeName(int i) {
        Token token = tokens.get(i);
        return token.kind() == Token.Kind.WORD && (isColumn.test(token.text()) || afterPoint(i));
    }

    private boolean afterPoint(int i) {
        return i > 0 && tokens.get(i - 1).is(".");
    }

    private boolean standsForOperand(int i) {
        if (afterPoint(i)) {
            return !nextIs(i, "(");
        }
        boolean isUnit = i > 1
                && tokens.get(i - 1).is("(")
                && tokens.get(i - 2).kind() == Token.Kind.WORD
                && UNIT_FIRST.contains(upper(tokens.get(i - 2)));
        return !isUnit && operandDueBefore(i) && operandEndsAfter(i);
    }

    private boolean operandDueBefore(int i) {
        if (i == 0) {
            return true;
        }
        Token previous = tokens.get(i - 1);
        return switch (previous.kind()) {
            case SYMBOL -> !previous.is(")") && !previous.is("]");
            case WORD -> OPERAND_AFTER.contains(upper(previous));
            default -> false;
        };
    }

    private boolean operandEndsAfter(int i) {
        if (i + 1 == tokens.size()) {
            return true;
        }
        Token following = tokens.get(i + 1);
        return switch (following.kind()) {
            case SYMBOL -> !following.is("(");
            case WORD -> OPERAND_BEFORE.contains(upper(following));
            default -> false;
        };
    }

    private boolean takeNamesNear(Attempt failed, BitSet names) {
        boolean taken = freeTrim(failed, names);
        for (int i = Math.max(0, failed.first - 1); i <= Math.min(failed.culprit, tokens.size() - 1); i++) {
            if (!names.get(i) && mayBeName(i)) {
                names.set(i);
                taken = true;
            }
        }
        return taken;
    }

    /** The grammar has TRIM(BOTH x FROM y) and TRIM(y); as a plain name it also takes (y, x). */
    private boolean freeTrim(Attempt failed, BitSet names) {
        if (failed.culprit >= tokens.size() || !tokens.get(failed.culprit).is(",")) {
            return false;
        }
        for (int i = failed.culprit; i >= 0; i--) {
            if (tokens.get(i).isWord("TRIM") && nextIs(i, "(") && !names.get(i)) {
                names.set(i);
                return true;
            }
        }
        return false;
    }

    private Attempt attempt(BitSet nameTokens) {
        Names names = new Names(sql);
        nameTokens.stream().forEach(i -> names.replace(tokens.get(i)));
        try {
            return new Attempt(
                    new ParsedSql(SqlParser.create(names.text(), CONFIG).parseExpression(), names), null, 0, 0);
        } catch (SqlParseException e) {
            if (e.getCause() instanceof LinkageError broken) {
                throw broken;
            }
            if (e.getCause() instanceof StackOverflowError) {
                throw Mistake.at(
                        1, 1, ProblemCode.NOT_SUPPORTED, "the expression is too long or nested too deeply", "");
            }
            SyntaxErrors.Span span = SyntaxErrors.span(e, tokens);
            return new Attempt(null, e, span.first(), span.last());
        } catch (RuntimeException | AssertionError e) {
            return new Attempt(null, null, 0, 0);
        }
    }

    private boolean nextIs(int i, String symbol) {
        return i + 1 < tokens.size() && tokens.get(i + 1).is(symbol);
    }

    private static String upper(Token token) {
        return token.text().toUpperCase(Locale.ROOT);
    }

    /**
     * @param first index of the first token that the parser did not understand
     * @param culprit index of the last token that it looked at, or the number of tokens for the end
     */
    private record Attempt(
            @Nullable ParsedSql parsed, @Nullable SqlParseException error, int first, int culprit) {

        Mistake mistake(ExpressionParser parser) {
            return SyntaxErrors.mistake(parser.tokens, error, first, culprit);
        }
    }
}
