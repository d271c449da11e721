package io.weirflow.connectors.generator;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;

/**
 * Bank transfers between two different accounts. Whatever is transferred, the sum over all accounts stays zero, which makes them a good
 * probe for exactly-once.
 *
 * @param seed draws everything
 * @param clock gives the times
 * @param accounts accounts are numbered from 0 to below this
 */
record Transfers(long seed, EventClock clock, long accounts) implements Events {

    private static final long MAX_CENTS = 100_000;
    private static final RowType ROW_TYPE = RowType.of(
            Column.required("id", Scalar.BIGINT),
            Column.required("ts", Scalar.TIMESTAMP),
            Column.required("from_account", Scalar.BIGINT),
            Column.required("to_account", Scalar.BIGINT),
            Column.required("amount", Scalar.BIGINT));

    @Override
    public RowType rowType() {
        return ROW_TYPE;
    }

    @Override
    public void write(long n, int source, MutableRow row, int target) {
        Draw draw = new Draw(seed, n);
        long from = draw.below(accounts, 2);
        row.setLong(
                target,
                switch (source) {
                    case 0 -> n;
                    case 1 -> clock.timeMs(draw);
                    case 2 -> from;
                    case 3 -> (from + 1 + draw.below(accounts - 1, 3)) % accounts;
                    default -> 1 + draw.below(MAX_CENTS, 4);
                });
    }
}
