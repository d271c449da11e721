package io.weirflow.api.connector;

/** What a sink promises. */
public enum Guarantee {
    /**
     * No row has its effect twice. One of which nobody knows whether it has had it, because the answer was lost, is listed for a person to decide, and
     * not repeated.
     */
    AT_MOST_ONCE,
    /** Every row arrives; after a failure some may arrive again. */
    AT_LEAST_ONCE,
    /** Every row is visible once. */
    EXACTLY_ONCE
}
