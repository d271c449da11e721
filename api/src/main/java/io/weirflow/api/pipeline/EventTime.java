package io.weirflow.api.pipeline;

/** Where the rows of a stream get their event time, and how its watermark follows. Durations are in milliseconds. */
public sealed interface EventTime {

    /** A row without event time has this time. */
    long NONE_MS = Long.MIN_VALUE;

    /** Rows have no event time, and the watermark moves only to the end of time when a bounded source ends. */
    record None() implements EventTime {}

    /**
     * A TIMESTAMP column. A row in which it is NULL goes to the errors stream.
     *
     * @param column its index
     * @param outOfOrdernessMs the watermark stays this far behind the largest time seen, 0 or more
     * @param idleAfterMs a source without records for this long no longer holds back the watermark; 0 for never
     */
    record ByColumn(int column, long outOfOrdernessMs, long idleAfterMs) implements EventTime {}

    /** The time at which the log took the record in: the broker's append time. */
    record Ingestion(long outOfOrdernessMs, long idleAfterMs) implements EventTime {}

    /**
     * The time at which the row is processed. It is decided once, in the log: by the broker's time of the record that brings the row into the first
     * inbox on its way. In the stage that reads the source the row has no event time yet.
     */
    record Processing() implements EventTime {}
}
