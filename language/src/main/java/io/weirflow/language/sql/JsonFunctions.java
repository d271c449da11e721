package io.weirflow.language.sql;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.type.DataType.Scalar;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** JSON in VARCHAR columns. */
final class JsonFunctions {
    private static final Pattern STEP = Pattern.compile("\\.[^.\\[\\]*?@()\\s]+|\\['[^']*'\\]|\\[\\d{1,9}\\]");

    /** What the parser adds to say the default, and what means the same. */
    private static final Set<String> DEFAULTS =
            Set.of("WITHOUT_ARRAY", "NULL", "SQLJSONQUERYEMPTYORERRORBEHAVIOR[NULL]", "ON EMPTY", "RETURNING");

    private JsonFunctions() {}

    static void addTo(Map<String, Functions.Rule> rules) {
        rules.put("JSON_VALUE", JsonFunctions::value);
        rules.put("JSON_QUERY", JsonFunctions::query);
        rules.put("JSON_EXISTS", JsonFunctions::exists);
    }

    private static Operand value(CallSite site) {
        CallSite plain = withoutDefaults(site);
        Operand.Value value = CallSite.nullableCall(Function.JSON_VALUE, Scalar.VARCHAR, plain.text(0), path(plain));
        for (Operand option : site.arguments()) {
            if (option instanceof Operand.TypeName returning) {
                return Casts.cast(value, returning.type(), false);
            }
        }
        return value;
    }

    private static Operand query(CallSite site) {
        CallSite plain = withoutDefaults(site);
        return CallSite.nullableCall(Function.JSON_QUERY, Scalar.VARCHAR, plain.text(0), path(plain));
    }

    private static Operand exists(CallSite site) {
        CallSite plain = withoutDefaults(site);
        return CallSite.call(Function.JSON_EXISTS, Scalar.BOOLEAN, plain.text(0), path(plain));
    }

    private static CallSite withoutDefaults(CallSite site) {
        List<Operand> values = site.arguments().stream()
                .filter(operand -> !(operand instanceof Operand.Keyword) && !(operand instanceof Operand.TypeName))
                .toList();
        for (Operand operand : site.arguments()) {
            if (operand instanceof Operand.Keyword keyword && !DEFAULTS.contains(keyword.name())) {
                throw Mistake.here(
                        ProblemCode.NOT_SUPPORTED,
                        site.name() + " takes only RETURNING: what is absent is NULL, malformed JSON is an error");
            }
        }
        CallSite plain = new CallSite(site.name(), values);
        plain.takes(2);
        return plain;
    }

    private static Expr path(CallSite site) {
        Expr path = site.text(1);
        String constant = CallSite.constantText(path);
        if (constant != null && !isPath(constant)) {
            throw Mistake.here(
                    ProblemCode.BAD_LITERAL,
                    "'" + constant + "' is not a JSON path; one is '$.user.tags[0]' or '$[''a b'']'");
        }
        return path;
    }

    /** Step by step: one expression for all steps would recurse for each. */
    private static boolean isPath(String text) {
        Matcher step = STEP.matcher(text);
        int at = 1;
        while (at < text.length() && step.region(at, text.length()).lookingAt()) {
            at = step.end();
        }
        return text.startsWith("$") && at == text.length();
    }
}
