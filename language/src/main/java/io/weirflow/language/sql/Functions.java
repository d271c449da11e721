package io.weirflow.language.sql;

import io.weirflow.language.problem.Suggestions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The functions by their SQL names. Each rule checks the types of the arguments and makes the tree. docs/FUNCTIONS.md
 * lists them all; a test compares.
 */
final class Functions {
    private static final Map<String, Rule> RULES;

    static {
        Map<String, Rule> rules = new TreeMap<>();
        MathFunctions.addTo(rules);
        StringFunctions.addTo(rules);
        TimeFunctions.addTo(rules);
        JsonFunctions.addTo(rules);
        Conditionals.addTo(rules);
        CollectionFunctions.addTo(rules);
        RULES = Collections.unmodifiableMap(rules);
    }

    /** Written by grammar, not as name(arguments): they are no names to suggest. */
    private static final Set<String> GRAMMAR = Set.of("ITEM", "ARRAY", "LIKE");

    /** Names that other systems use. */
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
            Map.entry("LEN", "CHAR_LENGTH"),
            Map.entry("SUBSTR", "SUBSTRING"),
            Map.entry("LOG", "LN or LOG10"),
            Map.entry("POW", "POWER"),
            Map.entry("STRPOS", "POSITION"),
            Map.entry("INSTR", "POSITION"),
            Map.entry("CHARINDEX", "POSITION"),
            Map.entry("DATEADD", "TIMESTAMPADD"),
            Map.entry("DATE_ADD", "TIMESTAMPADD"),
            Map.entry("DATEDIFF", "TIMESTAMPDIFF"),
            Map.entry("DATE_DIFF", "TIMESTAMPDIFF"),
            Map.entry("DATE_PART", "EXTRACT"),
            Map.entry("STRFTIME", "FORMAT_TIMESTAMP"),
            Map.entry("TO_CHAR", "FORMAT_TIMESTAMP"),
            Map.entry("TO_DATE", "CAST(x AS DATE)"),
            Map.entry("DATE", "CAST(x AS DATE)"),
            Map.entry("TIMESTAMP", "CAST(x AS TIMESTAMP)"),
            Map.entry("TO_NUMBER", "CAST(x AS DECIMAL(p, s))"),
            Map.entry("SPLIT", "SPLIT_INDEX"),
            Map.entry("SPLIT_PART", "SPLIT_INDEX"),
            Map.entry("JSON_EXTRACT", "JSON_VALUE or JSON_QUERY"),
            Map.entry("CONCAT_WS", "CONCAT"),
            Map.entry("OVERLAY", "REPLACE"),
            Map.entry("TRANSLATE3", "REPLACE"),
            Map.entry("ISNULL", "COALESCE"),
            Map.entry("NVL", "COALESCE"),
            Map.entry("IIF", "IF"),
            Map.entry("SHA2", "SHA256"),
            Map.entry("SIZE", "CARDINALITY"));

    private Functions() {}

    /** Checks the arguments of a function and makes its tree. */
    @FunctionalInterface
    interface Rule {
        /** @throws Mistake when the arguments do not fit */
        Operand apply(CallSite site);
    }

    static boolean has(String name) {
        return RULES.containsKey(name) || name.equals("CAST") || name.equals("TRY_CAST");
    }

    static Operand apply(CallSite site) {
        Rule rule = RULES.get(site.name());
        if (rule == null) {
            throw unknown(site.name());
        }
        return rule.apply(site);
    }

    /** Returns the names that can be called. */
    static List<String> names() {
        return RULES.keySet().stream().filter(name -> !GRAMMAR.contains(name)).toList();
    }

    static Mistake unknown(String name) {
        String suggestion = ELSEWHERE.get(name);
        if (suggestion == null) {
            List<String> known = new ArrayList<>(names());
            known.addAll(AggregateRules.names());
            suggestion = Suggestions.nearest(name, known);
        }
        return Mistake.here(ProblemCode.UNKNOWN_FUNCTION, "unknown function " + name, suggestion);
    }
}
