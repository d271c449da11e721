package io.weirflow.language.sql;

/** The codes of mistakes in expressions. They are printed and documented: append-only. */
enum ProblemCode {
    SYNTAX("WF-1201"),
    DUPLICATE_COLUMN("WF-1202"),
    UNKNOWN_COLUMN("WF-1203"),
    UNKNOWN_FUNCTION("WF-1204"),
    WRONG_TYPES("WF-1205"),
    NOT_BOOLEAN("WF-1206"),
    MISPLACED_AGGREGATE("WF-1207"),
    NOT_GROUPED("WF-1208"),
    NOT_DETERMINISTIC("WF-1209"),
    NOT_SUPPORTED("WF-1210"),
    BAD_LITERAL("WF-1211");

    private final String code;

    ProblemCode(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }
}
