package io.weirflow.language.problem;

/**
 * The codes of problems. They are printed, documented in {@code docs/LANGUAGE.md} and searched for: append-only, a number is never
 * used again.
 */
public enum ProblemCode {
    FILE_UNREADABLE("WF-1001", "the file cannot be read"),
    YAML_SYNTAX("WF-1002", "the file is not YAML"),
    TOO_LARGE("WF-1003", "the file is too large or too deeply nested"),
    REFUSED_YAML("WF-1004", "anchors, aliases and tags of YAML are refused"),
    DUPLICATE_KEY("WF-1005", "a key is given twice"),
    UNKNOWN_KEY("WF-1006", "no such key"),
    WRONG_SHAPE("WF-1007", "a text, list or map was expected"),
    MISSING_KEY("WF-1008", "a key is missing"),

    BAD_NAME("WF-1101", "a name is malformed or reserved"),
    DUPLICATE_NAME("WF-1102", "a name is used twice"),
    UNKNOWN_ENTRY("WF-1103", "'from' names no stream or stage"),
    CYCLE("WF-1104", "stages feed each other in a circle"),
    BAD_VALUE("WF-1105", "a number, flag or choice is malformed"),
    BAD_DURATION("WF-1106", "a duration is malformed or out of range"),
    BAD_TYPE("WF-1107", "a type is malformed"),
    CONFLICTING_KEYS("WF-1108", "keys do not go together"),
    UNUSED("WF-1109", "a stream or stage leads to no sink", Severity.WARNING),
    UNEQUAL_COLUMNS("WF-1110", "the inputs of a union have different columns"),
    BAD_WINDOW("WF-1111", "a window is malformed"),
    NO_EVENT_TIME("WF-1112", "event time is needed and there is none"),
    BAD_EVENT_TIME("WF-1113", "the event time of a stream is malformed"),
    COLUMN_CLASH("WF-1114", "two columns of a result have one name"),
    BAD_TEMPLATE("WF-1115", "a summary is malformed"),
    NO_EFFECT("WF-1116", "a setting has no effect", Severity.WARNING),

    SQL_SYNTAX("WF-1201", "an expression is not SQL"),
    SQL_DUPLICATE_COLUMN("WF-1202", "two columns of a result have one name"),
    UNKNOWN_COLUMN("WF-1203", "no such column"),
    SQL_UNKNOWN_FUNCTION("WF-1204", "no such function"),
    SQL_WRONG_TYPES("WF-1205", "a function or operator does not take these types"),
    SQL_NOT_BOOLEAN("WF-1206", "a condition is not BOOLEAN"),
    SQL_MISPLACED_AGGREGATE("WF-1207", "an aggregate where none can be"),
    SQL_NOT_GROUPED("WF-1208", "a column is neither grouped by nor aggregated"),
    SQL_NOT_DETERMINISTIC("WF-1209", "a function would not give the same result when run again"),
    SQL_NOT_SUPPORTED("WF-1210", "SQL that expressions do not have"),
    SQL_BAD_LITERAL("WF-1211", "a literal is malformed or out of range"),

    UNKNOWN_CONNECTOR("WF-1301", "no such connector"),
    WRONG_SIDE("WF-1302", "the connector cannot be read, written to or called, as would be needed"),
    UNKNOWN_OPTION("WF-1303", "no such option"),
    MISSING_OPTION("WF-1304", "an option is missing"),
    BAD_OPTION("WF-1305", "an option's value is malformed"),
    REFUSED_OPTION("WF-1306", "the connector or format refuses an option"),
    UNKNOWN_FORMAT("WF-1307", "no such format"),
    FORMAT_UNFIT("WF-1308", "the format does not fit here"),
    GUARANTEE_TOO_STRONG("WF-1309", "a guarantee that the connector does not have"),
    NO_COLUMNS("WF-1310", "the columns are not known"),

    VARIABLE_NOT_SET("WF-1401", "a variable is not set"),
    BAD_REFERENCE("WF-1402", "a reference to the outside is malformed"),
    SECRET_MISPLACED("WF-1403", "a secret where none can be"),

    NOT_BUILT("WF-1901", "specified but not built yet");

    private final String code;
    private final String meaning;
    private final Severity severity;

    ProblemCode(String code, String meaning) {
        this(code, meaning, Severity.ERROR);
    }

    ProblemCode(String code, String meaning, Severity severity) {
        this.code = code;
        this.meaning = meaning;
        this.severity = severity;
    }

    /** Returns the stable code, such as {@code WF-1203}. */
    public String code() {
        return code;
    }

    /** Returns what the documentation's table says. */
    public String meaning() {
        return meaning;
    }

    public Severity severity() {
        return severity;
    }
}
