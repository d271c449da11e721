package io.weirflow.api.expr;

/**
 * The functions of expressions. Names are written into plans: the constants are append-only and are never renamed.
 *
 * <p>Unless said otherwise a function is NULL when an argument is NULL. <i>T</i> stands for one type shared by arguments;
 * numbers are INTEGER, BIGINT, DOUBLE or DECIMAL. An operation on whole numbers or decimals that leaves the range of its
 * result type is an error, never a wrap-around. String positions count Unicode code points from 1.
 */
public enum Function {
    // Logic. AND and OR take two or more BOOLEANs, three-valued, and stop at the first that decides.
    AND,
    OR,
    NOT,
    /** (T) → BOOLEAN, never NULL. */
    IS_NULL,
    IS_NOT_NULL,
    /** (BOOLEAN) → BOOLEAN, never NULL. */
    IS_TRUE,
    IS_NOT_TRUE,
    IS_FALSE,
    IS_NOT_FALSE,

    // Comparison: (T, T) → BOOLEAN for every T with an order; EQ and NE also for VARBINARY, ARRAY, MAP and ROW.
    // VARCHAR compares by code point, DECIMAL by value whatever the scale.
    EQ,
    NE,
    LT,
    LE,
    GT,
    GE,
    /** (T, T) → BOOLEAN, never NULL: NULL is not distinct from NULL. */
    IS_DISTINCT_FROM,
    IS_NOT_DISTINCT_FROM,
    /** (T, T…) → BOOLEAN: the first equals one of the others; NULL when none is equal and one is NULL. */
    IN,
    /** (VARCHAR, VARCHAR pattern[, VARCHAR escape]) → BOOLEAN. */
    LIKE,

    // Arithmetic: (T, T) → T; division of whole numbers truncates towards zero; by zero is an error for every type.
    // DECIMAL arguments keep a precision and scale of their own: the exact result is rounded half away from zero to the
    // scale
    // of the call's type, and one that has more digits than its precision is an error.
    PLUS,
    MINUS,
    TIMES,
    DIVIDE,
    MOD,
    /** (T) → T. */
    NEGATE,

    // Choice: (T…) → T.
    /** The first that is not NULL, else NULL. */
    COALESCE,
    /** The largest; NULL when one is NULL. */
    GREATEST,
    LEAST,

    // Mathematics.
    /** (T) → T. */
    ABS,
    /** (T) → INTEGER: -1, 0 or 1. */
    SIGN,
    /** (T) → T: towards positive infinity. */
    CEIL,
    FLOOR,
    /** (T[, INTEGER digits]) → T: half away from zero. */
    ROUND,
    /** (T[, INTEGER digits]) → T: towards zero. */
    TRUNCATE,
    /** (DOUBLE) → DOUBLE; a negative argument is an error. */
    SQRT,
    /** (DOUBLE, DOUBLE) → DOUBLE. */
    POWER,
    /** (DOUBLE) → DOUBLE. */
    EXP,
    /** (DOUBLE) → DOUBLE; an argument that is not positive is an error. */
    LN,
    LOG10,
    /** (DOUBLE) → DOUBLE. */
    SIN,
    COS,
    TAN,
    ASIN,
    ACOS,
    ATAN,
    /** (DOUBLE y, DOUBLE x) → DOUBLE. */
    ATAN2,
    DEGREES,
    RADIANS,

    // Strings.
    /** (VARCHAR) → VARCHAR, by the root locale. */
    UPPER,
    LOWER,
    INITCAP,
    /** (VARCHAR value, VARCHAR characters) → VARCHAR: without these characters at both ends. */
    TRIM,
    LTRIM,
    RTRIM,
    /** (VARCHAR, INTEGER from[, INTEGER length]) → VARCHAR; a negative length is an error. */
    SUBSTRING,
    /** (VARCHAR, INTEGER) → VARCHAR. */
    LEFT,
    RIGHT,
    /** (VARCHAR) → INTEGER. */
    CHAR_LENGTH,
    /** (VARCHAR needle, VARCHAR haystack) → INTEGER: 0 when absent. */
    POSITION,
    /** (VARCHAR…) → VARCHAR. */
    CONCAT,
    /** (VARCHAR value, VARCHAR search, VARCHAR replacement) → VARCHAR. */
    REPLACE,
    /** (VARCHAR, INTEGER length, VARCHAR fill) → VARCHAR. */
    LPAD,
    RPAD,
    REVERSE,
    /** (VARCHAR, INTEGER) → VARCHAR; a result over 1 MiB is an error. */
    REPEAT,
    /** (VARCHAR value, VARCHAR delimiter, INTEGER index from 0) → VARCHAR, or NULL when there is no such part. */
    SPLIT_INDEX,
    /** (VARCHAR, VARCHAR) → BOOLEAN. */
    STARTS_WITH,
    ENDS_WITH,
    CONTAINS,
    /** (VARCHAR, VARCHAR regex) → BOOLEAN: the regular expression matches somewhere. */
    REGEXP_LIKE,
    /** (VARCHAR, VARCHAR regex, INTEGER group) → VARCHAR, or NULL without a match. */
    REGEXP_EXTRACT,
    /** (VARCHAR, VARCHAR regex, VARCHAR replacement) → VARCHAR: every match. */
    REGEXP_REPLACE,
    /** (VARCHAR) → VARCHAR: hexadecimal digest of the UTF-8 bytes. */
    MD5,
    SHA256,

    // Dates and times. A unit is a VARCHAR literal: MILLISECOND, SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER, YEAR;
    // EXTRACT also takes DOW (Sunday 1, as in ODBC), DOY, EPOCH (seconds). All in UTC; weeks are ISO weeks.
    /** (VARCHAR unit, DATE | TIME | TIMESTAMP) → BIGINT; MILLISECOND counts those of the minute, as in Calcite. */
    EXTRACT,
    /** (VARCHAR unit, T of DATE | TIMESTAMP) → T: down to the start of the unit. */
    DATE_TRUNC,
    /** (VARCHAR unit, BIGINT count, T of DATE | TIMESTAMP) → T. */
    TIMESTAMP_ADD,
    /** (VARCHAR unit, T from, T to) → BIGINT: whole units between, negative when to is before from. */
    TIMESTAMP_DIFF,
    /** (VARCHAR text, VARCHAR pattern of java.time) → TIMESTAMP; without a zone in the pattern, UTC. */
    PARSE_TIMESTAMP,
    /** (TIMESTAMP, VARCHAR pattern of java.time) → VARCHAR, in UTC and English. */
    FORMAT_TIMESTAMP,
    /** (BIGINT milliseconds since the epoch) → TIMESTAMP. */
    FROM_UNIX_MILLIS,
    /** (TIMESTAMP) → BIGINT milliseconds since the epoch. */
    TO_UNIX_MILLIS,

    // JSON, in VARCHAR columns. Paths: $, .name, ['name'], [index].
    /** (VARCHAR json, VARCHAR path) → VARCHAR: the scalar there as text, or NULL; malformed JSON is an error. */
    JSON_VALUE,
    /** (VARCHAR json, VARCHAR path) → VARCHAR: the object or array there as JSON, or NULL. */
    JSON_QUERY,
    /** (VARCHAR json, VARCHAR path) → BOOLEAN. */
    JSON_EXISTS,

    // Collections.
    /** (ARRAY<T>, INTEGER index from 1) → T or (MAP<VARCHAR, T>, VARCHAR) → T; NULL when absent. */
    ITEM,
    /** (ARRAY | MAP) → INTEGER. */
    CARDINALITY,
    /** (T…) → ARRAY<T>, never NULL: a NULL argument is a NULL element. */
    ARRAY_OF,
    /** (ARRAY<T>, T) → BOOLEAN. */
    ARRAY_CONTAINS
}
