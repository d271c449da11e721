package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.Literal;
import io.weirflow.api.expr.Function;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Strings. */
final class StringFunctions {
    private static final Scalar VARCHAR = Scalar.VARCHAR;

    private StringFunctions() {}

    static void addTo(Map<String, Functions.Rule> rules) {
        for (Function function : new Function[] {
            Function.UPPER, Function.LOWER, Function.INITCAP, Function.REVERSE, Function.MD5, Function.SHA256
        }) {
            rules.put(function.name(), site -> ofText(site, function, VARCHAR));
        }
        for (String name : new String[] {"CHAR_LENGTH", "CHARACTER_LENGTH", "LENGTH"}) {
            rules.put(name, site -> ofText(site, Function.CHAR_LENGTH, Scalar.INTEGER));
        }
        for (Function function : new Function[] {Function.STARTS_WITH, Function.ENDS_WITH, Function.CONTAINS}) {
            rules.put(function.name(), site -> ofTwoTexts(site, function, Scalar.BOOLEAN));
        }
        for (Function function : new Function[] {Function.LEFT, Function.RIGHT, Function.REPEAT}) {
            rules.put(function.name(), site -> ofTextAndNumber(site, function));
        }
        rules.put("SUBSTRING", StringFunctions::substring);
        rules.put("TRIM", StringFunctions::trim);
        rules.put("BTRIM", site -> trimmed(site, Function.TRIM));
        rules.put("LTRIM", site -> trimmed(site, Function.LTRIM));
        rules.put("RTRIM", site -> trimmed(site, Function.RTRIM));
        rules.put("LPAD", site -> padded(site, Function.LPAD));
        rules.put("RPAD", site -> padded(site, Function.RPAD));
        rules.put("POSITION", site -> ofTwoTexts(site, Function.POSITION, Scalar.INTEGER));
        rules.put("LOCATE", site -> ofTwoTexts(site, Function.POSITION, Scalar.INTEGER));
        rules.put("CONCAT", StringFunctions::concat);
        rules.put("REPLACE", StringFunctions::replace);
        rules.put("SPLIT_INDEX", StringFunctions::splitIndex);
        rules.put("LIKE", StringFunctions::like);
        rules.put("REGEXP_LIKE", StringFunctions::regexpLike);
        rules.put("REGEXP_EXTRACT", StringFunctions::regexpExtract);
        rules.put("REGEXP_REPLACE", StringFunctions::regexpReplace);
    }

    private static Operand ofText(CallSite site, Function function, DataType result) {
        site.takes(1);
        return CallSite.call(function, result, site.text(0));
    }

    private static Operand ofTwoTexts(CallSite site, Function function, DataType result) {
        site.takes(2);
        return CallSite.call(function, result, site.text(0), site.text(1));
    }

    private static Operand ofTextAndNumber(CallSite site, Function function) {
        site.takes(2);
        return CallSite.call(function, VARCHAR, site.text(0), site.integer(1));
    }

    private static Operand substring(CallSite site) {
        site.takes(2, 3);
        return site.size() == 2
                ? CallSite.call(Function.SUBSTRING, VARCHAR, site.text(0), site.integer(1))
                : CallSite.call(Function.SUBSTRING, VARCHAR, site.text(0), site.integer(1), site.integer(2));
    }

    /** The parser gives TRIM as (BOTH | LEADING | TRAILING, characters, value); the free form is (value[, characters]). */
    private static Operand trim(CallSite site) {
        if (site.size() != 3 || !(site.arguments().get(0) instanceof Operand.Keyword side)) {
            return trimmed(site, Function.TRIM);
        }
        Function function = switch (side.name()) {
            case "LEADING" -> Function.LTRIM;
            case "TRAILING" -> Function.RTRIM;
            default -> Function.TRIM;
        };
        return CallSite.call(function, VARCHAR, site.text(2), site.text(1));
    }

    private static Operand trimmed(CallSite site, Function function) {
        site.takes(1, 2);
        return CallSite.call(function, VARCHAR, site.text(0), site.size() == 1 ? Literal.of(" ") : site.text(1));
    }

    private static Operand padded(CallSite site, Function function) {
        site.takes(2, 3);
        Expr fill = site.size() == 2 ? Literal.of(" ") : site.text(2);
        return CallSite.call(function, VARCHAR, site.text(0), site.integer(1), fill);
    }

    /** Joins texts; values of other simple types are cast to text. */
    private static Operand concat(CallSite site) {
        site.takes(1, Integer.MAX_VALUE);
        Expr[] texts = new Expr[site.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = site.arguments().get(i) instanceof Operand.Value value && value.type() != VARCHAR
                    ? Casts.cast(value.expr(), VARCHAR, false)
                    : site.text(i);
        }
        return CallSite.call(Function.CONCAT, VARCHAR, texts);
    }

    private static Operand replace(CallSite site) {
        site.takes(3);
        return CallSite.call(Function.REPLACE, VARCHAR, site.text(0), site.text(1), site.text(2));
    }

    private static Operand splitIndex(CallSite site) {
        site.takes(3);
        return CallSite.nullableCall(Function.SPLIT_INDEX, VARCHAR, site.text(0), site.text(1), site.integer(2));
    }

    private static Operand like(CallSite site) {
        site.takes(2, 3);
        if (site.size() == 2) {
            return CallSite.call(Function.LIKE, Scalar.BOOLEAN, site.text(0), site.text(1));
        }
        Expr escape = site.text(2);
        String constant = CallSite.constantText(escape);
        if (constant != null && constant.codePointCount(0, constant.length()) != 1) {
            throw Mistake.here(ProblemCode.BAD_LITERAL, "ESCAPE wants a text of one character, not '" + constant + "'");
        }
        return CallSite.call(Function.LIKE, Scalar.BOOLEAN, site.text(0), site.text(1), escape);
    }

    private static Operand regexpLike(CallSite site) {
        site.takes(2);
        return CallSite.call(Function.REGEXP_LIKE, Scalar.BOOLEAN, site.text(0), regex(site, null));
    }

    private static Operand regexpExtract(CallSite site) {
        site.takes(2, 3);
        Expr group = site.size() == 2 ? new Literal(Scalar.INTEGER, 0) : site.integer(2);
        return CallSite.nullableCall(Function.REGEXP_EXTRACT, VARCHAR, site.text(0), regex(site, group), group);
    }

    private static Operand regexpReplace(CallSite site) {
        site.takes(3);
        return CallSite.call(Function.REGEXP_REPLACE, VARCHAR, site.text(0), regex(site, null), site.text(2));
    }

    private static Expr regex(CallSite site, @Nullable Expr group) {
        Expr regex = site.text(1);
        String constant = CallSite.constantText(regex);
        if (constant == null) {
            return regex;
        }
        try {
            int groups = Pattern.compile(constant).matcher("").groupCount();
            if (group instanceof Literal literal
                    && literal.value() instanceof Integer wanted
                    && (wanted < 0 || wanted > groups)) {
                throw Mistake.here(
                        ProblemCode.BAD_LITERAL,
                        "the regular expression has " + groups + " groups, there is no group " + wanted);
            }
            return regex;
        } catch (PatternSyntaxException e) {
            throw Mistake.here(
                    ProblemCode.BAD_LITERAL, "'" + constant + "' is not a regular expression: " + e.getDescription());
        }
    }
}
