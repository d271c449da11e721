package io.weirflow.worker.operators;

import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;

/** How one kind of window gathers rows and when it gives results. The methods are those of {@link io.weirflow.api.operator.Operator}. */
interface WindowStorage {

    /** Takes a row. Throws before anything is changed. */
    void process(Row row, long eventTimeMs, Output out) throws RowException;

    /** Returns whether state may have to be read that is not on the heap. */
    boolean looksAhead();

    /** Adds the keys that a row will need, if it comes, to those that are expected. */
    void expect(Row row, long eventTimeMs, ExpectedKeys expected) throws RowException;

    boolean advance(long watermarkMs, Output out);

    /** Writes caches back to the state. */
    void writeBack();

    /** Gives heap back while the budget is exceeded. */
    void evict(boolean onlyIdle);
}
