package io.weirflow.connectors.generator;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;

/**
 * Numbers and times: the simplest thing that flows.
 *
 * @param seed draws the disorder
 * @param clock gives the times
 */
record Counter(long seed, EventClock clock) implements Events {

    private static final RowType ROW_TYPE =
            RowType.of(Column.required("id", Scalar.BIGINT), Column.required("at", Scalar.TIMESTAMP));

    @Override
    public RowType rowType() {
        return ROW_TYPE;
    }

    @Override
    public void write(long n, int source, MutableRow row, int target) {
        row.setLong(target, source == 0 ? n : clock.timeMs(new Draw(seed, n)));
    }
}
