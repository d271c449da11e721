package io.weirflow.worker.call;

/** An operator with rows that will go on later, on their own time. Steps behind it must not hear of a time that these rows have not seen. */
public interface HoldsBack {

    /**
     * Returns the watermark that steps behind it may hear of at most; {@link Long#MAX_VALUE} when no row waits. It never goes back, but from
     * {@link Long#MAX_VALUE} to the watermark that the operator itself has heard of last. A function of the log.
     */
    long heldMs();
}
