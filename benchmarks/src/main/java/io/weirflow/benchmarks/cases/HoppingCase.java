package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.data.BidTotals;
import io.weirflow.benchmarks.engine.Job;
import java.util.HashMap;
import java.util.Map;

/** Hopping windows of auctions, each bid in five of them, with eight aggregates. */
final class HoppingCase extends TotalsCase {

    private static final long SIZE_MS = 10_000;
    private static final long EVERY_MS = 2_000;

    private record Window(long auction, long startMs) {}

    @Override
    public String id() {
        return "d2";
    }

    @Override
    public String title() {
        return "windows of 10 s every 2 s per auction, 8 aggregates";
    }

    @Override
    Job.Program program() {
        return Job.Program.HOPPING;
    }

    @Override
    String key() {
        return "auction";
    }

    @Override
    long defaultRows(Session session) {
        return 2_000_000;
    }

    @Override
    Oracle oracle() {
        Map<Window, BidTotals> windows = new HashMap<>();
        return new Oracle() {
            @Override
            public void accept(Bid bid) {
                long newestMs = bid.timeMs() / EVERY_MS * EVERY_MS;
                for (long startMs = newestMs; startMs > bid.timeMs() - SIZE_MS; startMs -= EVERY_MS) {
                    windows.computeIfAbsent(new Window(bid.auction(), startMs), absent -> new BidTotals())
                            .add(bid.price(), bid.bidder());
                }
            }

            @Override
            public Answer answer() {
                Answer answer = new Answer();
                windows.forEach((window, totals) -> answer.add(row(window.auction(), window.startMs(), totals)));
                return answer;
            }
        };
    }
}
