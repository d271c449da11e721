package io.weirflow.language.sql;

import java.util.Locale;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;

/** What SQL has and an expression of a slot cannot have, each with the reason and a way out. */
final class Refusals {
    private static final Set<String> CLOCKS = Set.of(
            "CURRENT_TIMESTAMP",
            "CURRENT_DATE",
            "CURRENT_TIME",
            "CURRENT_DATETIME",
            "LOCALTIME",
            "LOCALTIMESTAMP",
            "NOW",
            "GETDATE",
            "GETUTCDATE",
            "SYSDATE",
            "SYSTIMESTAMP",
            "TODAY",
            "PROCTIME",
            "CURRENT_ROW_TIMESTAMP",
            "UNIX_TIMESTAMP",
            "CURRENT_WATERMARK");
    private static final Set<String> RANDOM = Set.of(
            "RAND", "RANDOM", "RAND_INTEGER", "UUID", "NEWID", "GEN_RANDOM_UUID", "GENERATE_UUID", "RANDOM_UUID");
    private static final Set<String> SESSION = Set.of(
            "USER",
            "CURRENT_USER",
            "SESSION_USER",
            "SYSTEM_USER",
            "CURRENT_ROLE",
            "CURRENT_PATH",
            "CURRENT_CATALOG",
            "CURRENT_SCHEMA",
            "CURRENT_DATABASE");
    private static final String WHY =
            ": a slot must compute the same from the same input when it is replayed, and this would differ";

    private Refusals() {}

    /** Refuses names of functions that do not depend on the row alone. */
    static void checkName(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        if (CLOCKS.contains(upper)) {
            throw Mistake.here(
                    ProblemCode.NOT_DETERMINISTIC,
                    upper + " is not allowed" + WHY + "; use the event-time column of the row, or window_end");
        }
        if (RANDOM.contains(upper)) {
            throw Mistake.here(
                    ProblemCode.NOT_DETERMINISTIC,
                    upper + " is not allowed" + WHY + "; use a column, or SHA256 of columns for a stable id");
        }
        if (SESSION.contains(upper)) {
            throw Mistake.here(
                    ProblemCode.NOT_DETERMINISTIC, upper + " is not allowed" + WHY + "; a pipeline has no session");
        }
    }

    /** Refuses kinds of nodes that stand for more than one row. */
    static void checkKind(SqlCall call) {
        SqlKind kind = call.getKind();
        boolean overQuery = call.getOperandList().stream().anyMatch(Refusals::isQuery);
        if (isQuery(call) || overQuery || kind == SqlKind.EXISTS || kind == SqlKind.UNIQUE) {
            throw Mistake.here(
                    ProblemCode.NOT_SUPPORTED, "a sub-query is not supported in an expression; use a stage of its own");
        }
        if (kind == SqlKind.OVER) {
            throw Mistake.here(
                    ProblemCode.NOT_SUPPORTED, "OVER is not supported; give the stage a 'window' and 'group_by'");
        }
        if (kind == SqlKind.SIMILAR || kind == SqlKind.RLIKE || kind == SqlKind.POSIX_REGEX_CASE_SENSITIVE) {
            throw Mistake.here(
                    ProblemCode.NOT_SUPPORTED,
                    call.getOperator().getName() + " is not supported; write REGEXP_LIKE(x, 'pattern')");
        }
        if (kind == SqlKind.ROW) {
            throw Mistake.here(
                    ProblemCode.NOT_SUPPORTED,
                    "a list of values in parentheses is not a value; compare them one by one");
        }
        if (kind == SqlKind.MAP_VALUE_CONSTRUCTOR) {
            throw Mistake.here(ProblemCode.NOT_SUPPORTED, "MAP[...] is not supported");
        }
        if (kind == SqlKind.JDBC_FN) {
            throw Mistake.here(ProblemCode.NOT_SUPPORTED, "{fn ...} is not supported; call the function by its name");
        }
    }

    private static boolean isQuery(SqlNode node) {
        return node != null && (node.isA(SqlKind.QUERY) || node.getKind() == SqlKind.CURSOR);
    }
}
