package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.data.Bids;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.report.CaseResult;
import io.weirflow.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a row costs as state grows and as slots grow: the program of case f with several sizes of state in 4 slots, and with a fixed size in 4 to 64
 * slots. All runs read as many rows as the state needs, but no fewer than a million, or than asked for.
 */
final class GrowthCase implements BenchCase {

    private static final long MIB = 1 << 20;
    private static final long LEAST_BYTES = 10 * MIB;
    private static final long SLOTS_BYTES = 100 * MIB;
    private static final int FEWEST_SLOTS = 4;
    private static final List<Integer> MORE_SLOTS = List.of(16, 64);

    private static final long LEAST_ROWS = 1_000_000;

    @Override
    public String id() {
        return "j";
    }

    @Override
    public String title() {
        return "cost per row as state grows to --state and slots grow to 64";
    }

    /** Returns the name of a run in the table. */
    static String name(long stateBytes, int slots) {
        return "weirflow " + stateBytes / MIB + " MiB, " + slots + " slots";
    }

    /** Returns the sizes of state: ten times the one before, and the one that is asked for; none that is nearly that. */
    static Set<Long> sizes(long mostBytes) {
        Set<Long> sizes = new LinkedHashSet<>();
        for (long bytes = LEAST_BYTES; bytes <= mostBytes / 2; bytes *= 10) {
            sizes.add(bytes);
        }
        sizes.add(Math.max(LEAST_BYTES, mostBytes));
        return sizes;
    }

    @Override
    public CaseResult run(Session session) throws InterruptedException {
        List<Sample> samples = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        long mostBytes = session.stateBytes(WideCase.STATE_BYTES);
        for (long bytes : sizes(mostBytes)) {
            measure(session, bytes, List.of(FEWEST_SLOTS), samples, failures);
        }
        measure(session, Math.min(SLOTS_BYTES, mostBytes), MORE_SLOTS, samples, failures);
        return new CaseResult(id(), title(), List.of(), true, samples, failures);
    }

    private void measure(
            Session session, long stateBytes, List<Integer> slots, List<Sample> samples, List<String> failures)
            throws InterruptedException {
        Engine engine = Engines.weirflow(session.home());
        if (!session.wishes().wants(engine)) {
            return;
        }
        long rows = Math.max(session.rows(LEAST_ROWS), WideCase.rowsOf(stateBytes));
        ThroughputRun.Load load =
                new Sized(stateBytes / WideCase.KEY_BYTES).fill(session, "j-" + stateBytes / MIB, rows);
        for (int round = 1; round <= session.wishes().rounds(); round++) {
            for (int count : slots) {
                String name = name(stateBytes, count);
                try {
                    String run = "bench-j-" + stateBytes / MIB + '-' + count + '-' + round;
                    Sample sample = ThroughputRun.measure(session, load.withSlots(count), engine, round, run);
                    samples.add(new Sample(name, round, sample.figures()));
                } catch (BenchException e) {
                    failures.add(name + " in round " + round + ": " + e.getMessage());
                    session.say(failures.get(failures.size() - 1));
                }
                session.clear();
            }
        }
        session.removeInput(load.input());
    }

    /** As many keys as asked for, however many rows there are. */
    private static final class Sized extends WideCase {
        private final long keys;

        Sized(long keys) {
            this.keys = keys;
        }

        @Override
        Bids bids(long rows) {
            return bids(rows, keys);
        }
    }
}
