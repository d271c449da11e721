package io.weirflow.api.expr;

/**
 * The aggregate functions. Names are written into plans: append-only. All but {@link #COUNT} ignore NULL arguments and are NULL
 * for no values. Sums that leave their type's range are errors.
 */
public enum AggregateFunction {
    /** () or (T) → BIGINT, never NULL: rows, or rows whose argument is not NULL. */
    COUNT,
    /** (BIGINT) → BIGINT, (DOUBLE) → DOUBLE, (DECIMAL(p,s)) → DECIMAL(38,s). */
    SUM,
    /** (DOUBLE) → DOUBLE, (DECIMAL(p,s)) → DECIMAL(38,max(s,6)). */
    AVG,
    /** (T) → T. */
    MIN,
    MAX,
    /** (DOUBLE) → DOUBLE: square root of the sample variance; NULL for one value. Welford's method. */
    STDDEV_SAMP,
    /** (DOUBLE) → DOUBLE: square root of the population variance. */
    STDDEV_POP,
    VAR_SAMP,
    VAR_POP,
    /** (T) → T: of the row that came first in the inbox's order. */
    FIRST_VALUE,
    /** (T) → T: of the row that came last in the inbox's order. */
    LAST_VALUE,
    /**
     * (DOUBLE value, DOUBLE literal fraction in 0..1) → DOUBLE: exact, with linear interpolation, as PERCENTILE_CONT. The
     * values of a group and window are kept, 8 bytes each.
     */
    PERCENTILE
}
