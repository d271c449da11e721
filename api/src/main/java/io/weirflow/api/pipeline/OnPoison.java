package io.weirflow.api.pipeline;

/** What becomes of a row at which a slot fails whenever it comes there. Names are in plans: append-only. */
public enum OnPoison {
    /** The pipeline fails; a person may park the row. */
    FAIL,
    /** The row is parked, and the pipeline goes on without it. */
    PARK
}
