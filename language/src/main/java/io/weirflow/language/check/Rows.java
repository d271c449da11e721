package io.weirflow.language.check;

import io.weirflow.api.type.RowType;
import java.util.Set;

/**
 * What is known of the rows of a stream or stage.
 *
 * @param broken columns that are there but whose definition has a mistake; what names them is not reported again
 */
record Rows(RowType type, Set<String> broken, RowTime time) {
    Rows {
        broken = Set.copyOf(broken);
    }

    static Rows of(RowType type, RowTime time) {
        return new Rows(type, Set.of(), time);
    }

    /** Returns whether the rows have event time, or will have it once they are shuffled. */
    boolean eventTime() {
        return time != RowTime.NONE;
    }

    /** Returns the same rows behind a shuffle. */
    Rows shuffled() {
        return new Rows(type, broken, time.shuffled());
    }
}
