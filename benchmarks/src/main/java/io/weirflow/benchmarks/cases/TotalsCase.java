package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.data.BidTotals;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.FlinkEngine;
import io.weirflow.benchmarks.engine.Home;
import io.weirflow.benchmarks.engine.StreamsEngine;
import java.util.ArrayList;
import java.util.List;

/** Windows with eight aggregates. */
abstract class TotalsCase extends ThroughputCase {

    /** The column that rows are grouped by. */
    abstract String key();

    @Override
    final List<String> columns() {
        List<String> columns = new ArrayList<>(List.of(key(), "window_start"));
        columns.addAll(BidTotals.NAMES);
        return columns;
    }

    @Override
    final boolean windows() {
        return true;
    }

    @Override
    final List<Engine> engines(Session session) {
        Home home = session.home();
        return List.of(Engines.weirflow(home), new StreamsEngine(home, 1_000), new FlinkEngine(home, "rocksdb", 1_000));
    }

    /** Returns a row of the answer. */
    static long[] row(long key, long startMs, BidTotals totals) {
        long[] row = new long[2 + BidTotals.COLUMNS];
        row[0] = key;
        row[1] = startMs;
        System.arraycopy(totals.columns(), 0, row, 2, BidTotals.COLUMNS);
        return row;
    }
}
