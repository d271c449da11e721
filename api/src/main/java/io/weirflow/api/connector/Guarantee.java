package io.weirflow.api.connector;

/** What a sink promises, from the weakest to the strongest. */
public enum Guarantee {
    /** Every row arrives; after a failure some may arrive again. */
    AT_LEAST_ONCE,
    /** Every row is visible once. */
    EXACTLY_ONCE
}
