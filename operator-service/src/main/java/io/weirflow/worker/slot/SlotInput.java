package io.weirflow.worker.slot;

/** What a slot reads: its inbox, or one partition of a source. Used by the slot's thread. */
interface SlotInput extends AutoCloseable {

    /**
     * Processes what is there.
     *
     * @param nowMs milliseconds of a clock that never goes back, for idleness only
     * @param maxRecords bound on the records of one call
     * @return how much was done; records, and perhaps other work
     */
    int poll(long nowMs, int maxRecords);

    /** Returns how many records were processed since this was opened, and nothing else: it counts the places in the log. */
    long recordsTaken();

    /**
     * Takes no record from the one on that no life of the slot can pass, if there is such a record ahead: there the version of the stage may change
     * (rule R12). For good: whoever asks for that closes the slot there.
     */
    void stopAtImpassable();

    /** Returns whether it has come to such a record. */
    boolean stopped();

    /** Says what to call, on any thread, when something may be there that was not there before. */
    default void onArrival(Runnable wake) {}

    /** Returns whether there is nothing to do until {@link #onArrival} or the inbox's reader tells of something; time may make a few milliseconds more of it. */
    default boolean rests() {
        return false;
    }

    /** Returns where to read on after what was processed. */
    long nextPosition();

    /** Returns the watermark after what was processed. */
    long watermarkMs();

    /**
     * Returns the largest event time or watermark seen, which a checkpoint keeps; {@link Long#MIN_VALUE} for none. See
     * {@link io.weirflow.protocol.checkpoint.Progress#maxEventTimeMs()}.
     */
    long maxEventTimeMs();

    /** Returns the watermark before the end of time, once the input has ended. */
    long lastFiniteWatermarkMs();

    /** Returns whether the input holds back no watermark for now. */
    boolean idle();

    /** Returns whether the input has ended and everything was processed. */
    boolean ended();

    /** Returns how much is known to lie ahead, or -1. */
    long lag();

    @Override
    void close();
}
