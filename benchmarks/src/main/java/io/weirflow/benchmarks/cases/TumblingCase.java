package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.Job;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Bids per auction in windows of 10 s: a shuffle, state, and closing windows. */
final class TumblingCase extends ThroughputCase {

    private static final long SIZE_MS = 10_000;

    private record Window(long auction, long startMs) {}

    @Override
    public String id() {
        return "b";
    }

    @Override
    public String title() {
        return "bids per auction in 10 s windows";
    }

    @Override
    Job.Program program() {
        return Job.Program.TUMBLING;
    }

    @Override
    long defaultRows(Session session) {
        return 4_000_000;
    }

    @Override
    List<String> columns() {
        return List.of("auction", "window_start", "window_end", "bids");
    }

    @Override
    boolean windows() {
        return true;
    }

    @Override
    List<Engine> engines(Session session) {
        return Engines.stateful(session.home());
    }

    @Override
    Oracle oracle() {
        Map<Window, Long> counts = new HashMap<>();
        return new Oracle() {
            @Override
            public void accept(Bid bid) {
                counts.merge(new Window(bid.auction(), bid.timeMs() / SIZE_MS * SIZE_MS), 1L, Long::sum);
            }

            @Override
            public Answer answer() {
                Answer answer = new Answer();
                counts.forEach((window, count) ->
                        answer.add(window.auction(), window.startMs(), window.startMs() + SIZE_MS, count));
                return answer;
            }
        };
    }
}
