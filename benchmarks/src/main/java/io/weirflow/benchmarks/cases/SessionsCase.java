package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.data.BidTotals;
import io.weirflow.benchmarks.engine.Job;
import java.util.HashMap;
import java.util.Map;

/** Sessions of bidders, with eight aggregates. */
final class SessionsCase extends TotalsCase {

    private static final long GAP_MS = 1_000;

    /** A session that may still grow. */
    private static final class Open {
        private final long startMs;
        private final BidTotals totals = new BidTotals();
        private long lastMs;

        Open(long startMs) {
            this.startMs = startMs;
        }
    }

    @Override
    public String id() {
        return "d1";
    }

    @Override
    public String title() {
        return "sessions of bidders with a gap of 1 s, 8 aggregates";
    }

    @Override
    Job.Program program() {
        return Job.Program.SESSIONS;
    }

    @Override
    String key() {
        return "bidder";
    }

    @Override
    long defaultRows(Session session) {
        return 2_000_000;
    }

    @Override
    Oracle oracle() {
        Map<Long, Open> open = new HashMap<>();
        Answer answer = new Answer();
        return new Oracle() {
            @Override
            public void accept(Bid bid) {
                Open session = open.get(bid.bidder());
                if (session == null || bid.timeMs() - session.lastMs > GAP_MS) {
                    Open former = open.put(bid.bidder(), session = new Open(bid.timeMs()));
                    if (former != null) {
                        answer.add(row(bid.bidder(), former.startMs, former.totals));
                    }
                }
                session.lastMs = bid.timeMs();
                session.totals.add(bid.price(), bid.auction());
            }

            @Override
            public Answer answer() {
                open.forEach((bidder, session) -> answer.add(row(bidder, session.startMs, session.totals)));
                return answer;
            }
        };
    }
}
