package io.weirflow.language.check;

/** What is known of the event time of rows. */
enum RowTime {
    /** They have none. */
    NONE,

    /** They have it. */
    EVENT,

    /** They get it from the log, in the first stage behind the one that reads their source. */
    PROCESSING;

    /** Returns what they have behind a shuffle. */
    RowTime shuffled() {
        return this == PROCESSING ? EVENT : this;
    }
}
