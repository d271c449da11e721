package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.data.Bids;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.FlinkEngine;
import io.weirflow.benchmarks.engine.Home;
import io.weirflow.benchmarks.engine.Job;
import io.weirflow.benchmarks.engine.StreamsEngine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * State that is much larger than memory, keys that all come equally often: six aggregates per auction in one window of an hour, two of them texts.
 * Every key comes once while the state grows; half of them come again. One in a hundred auctions goes out, so that the answer stays small.
 */
class WideCase extends ThroughputCase {

    /** When no other size is asked for: five times what the engines may have on the heap, and ten. */
    static final long STATE_BYTES = 5L << 30;

    /** Key and window, four numbers, and the texts {@code url} and {@code extra} of a bid. */
    static final int KEY_BYTES = 125;

    private static final long HOUR_MS = 3_600_000;
    private static final int SAMPLED = 100;

    @Override
    public String id() {
        return "f";
    }

    @Override
    public String title() {
        return "six aggregates per auction in a window of an hour, uniform keys; --state says how much";
    }

    @Override
    final Job.Program program() {
        return Job.Program.WIDE;
    }

    @Override
    long defaultRows(Session session) {
        return rowsOf(session.stateBytes(STATE_BYTES));
    }

    static long rowsOf(long stateBytes) {
        return Math.max(1_000, stateBytes / KEY_BYTES * 3 / 2);
    }

    @Override
    final List<String> columns() {
        return List.of("auction", "window_start", "bids", "total", "lowest", "highest");
    }

    @Override
    final boolean windows() {
        return true;
    }

    @Override
    Bids bids(long rows) {
        return bids(rows, rows * 2 / 3);
    }

    /** All of the data in one window. */
    static Bids bids(long rows, long keys) {
        return new Bids(SEED, rows * 1_100 / HOUR_MS + 1, Math.toIntExact(keys));
    }

    @Override
    List<Engine> engines(Session session) {
        Home home = session.home();
        return List.of(Engines.weirflow(home), new StreamsEngine(home, 1_000), new FlinkEngine(home, "rocksdb", 1_000));
    }

    private static final class Totals {
        long bids;
        long total;
        long lowest = Long.MAX_VALUE;
        long highest = Long.MIN_VALUE;
    }

    @Override
    final Oracle oracle() {
        Map<Long, Totals> auctions = new HashMap<>();
        return new Oracle() {
            @Override
            public void accept(Bid bid) {
                if (bid.auction() % SAMPLED == 0) {
                    Totals totals = auctions.computeIfAbsent(bid.auction(), any -> new Totals());
                    totals.bids++;
                    totals.total += bid.price();
                    totals.lowest = Math.min(totals.lowest, bid.price());
                    totals.highest = Math.max(totals.highest, bid.price());
                }
            }

            @Override
            public Answer answer() {
                Answer answer = new Answer();
                auctions.forEach(
                        (auction, of) -> answer.add(auction, Bids.START_MS, of.bids, of.total, of.lowest, of.highest));
                return answer;
            }
        };
    }
}
