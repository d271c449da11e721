package io.weirflow.language.check;

import io.weirflow.api.type.RowType;
import java.util.Set;

/**
 * What is known of the rows of a stream or stage.
 *
 * @param broken columns that are there but whose definition has a mistake; what names them is not reported again
 * @param eventTime whether the rows have event time
 */
record Rows(RowType type, Set<String> broken, boolean eventTime) {
    Rows {
        broken = Set.copyOf(broken);
    }

    static Rows of(RowType type, boolean eventTime) {
        return new Rows(type, Set.of(), eventTime);
    }
}
