package io.weirflow.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TargetsTest {

    private final List<Sample> samples = new ArrayList<>();

    private void add(String engine, int round, String figure, double value) {
        samples.add(new Sample(engine, round, Map.of(figure, value)));
    }

    private CaseResult result(String id) {
        CaseResult result = new CaseResult(id, "title", List.of(), true, samples, List.of());
        samples.clear();
        return result;
    }

    private static Outcome outcome(List<Outcome> outcomes, String part) {
        return outcomes.stream()
                .filter(each -> each.what().contains(part))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void ratiosAreMadeWithinARound() {
        add("weirflow", 1, "rows/s", 300);
        add("weirflow", 2, "rows/s", 30);
        add("weirflow", 3, "rows/s", 10);
        add("kafka-streams-100ms", 1, "rows/s", 100);
        add("kafka-streams-100ms", 2, "rows/s", 10);
        add("weirflow-at-least-once", 2, "rows/s", 36);

        List<Outcome> outcomes = Targets.check(List.of(result("a")));

        Outcome streams = outcome(outcomes, "kafka-streams");
        assertThat(streams.measured()).contains(new Spread(3, 3, 3));
        assertThat(streams.met()).contains(true);
        Outcome exactlyOnce = outcome(outcomes, "exactly once");
        assertThat(exactlyOnce.measured()).contains(new Spread(1.2, 1.2, 1.2));
        assertThat(exactlyOnce.met()).contains(false);
        assertThat(outcome(outcomes, "flink").met()).isEmpty();
        assertThat(Table.render(outcomes))
                .contains("| a | rows/s, weirflow / kafka-streams-100ms | ≥ 2.50 | 3.00 (3.00–3.00) | ok |")
                .contains("| ≤ 1.10 | 1.20 (1.20–1.20) | **missed** |")
                .contains("| ≥ 2.00 | not measured |  |");
    }

    @Test
    void oneMoreHopIsWhatTenTakeMoreThanThree() {
        add("weirflow", 1, "p50 ms", 30);
        add("floor-loops", 1, "p50 ms", 20);
        CaseResult three = result("c");
        add("weirflow", 1, "p50 ms", 100);
        add("floor-loops", 1, "p50 ms", 70);

        Outcome hop = outcome(Targets.check(List.of(three, result("i"))), "one more hop");

        assertThat(hop.measured()).contains(new Spread(1.4, 1.4, 1.4));
        assertThat(hop.met()).contains(false);
    }

    @Test
    void growthComparesTheLargestWithTheSmallest() {
        String figure = "2nd half cpu µs/row";
        add("weirflow 10 MiB, 4 slots", 1, figure, 2);
        add("weirflow 100 MiB, 4 slots", 1, figure, 3);
        add("weirflow 5120 MiB, 4 slots", 1, figure, 5);
        add("weirflow 100 MiB, 64 slots", 1, figure, 4.5);

        List<Outcome> outcomes = Targets.check(List.of(result("j")));

        assertThat(outcome(outcomes, "5120 MiB").measured()).contains(new Spread(2.5, 2.5, 2.5));
        assertThat(outcome(outcomes, "64 slots").measured()).contains(new Spread(1.5, 1.5, 1.5));
    }

    @Test
    void casesThatWereNotRunHaveNoTargets() {
        assertThat(Targets.check(List.of())).isEmpty();
        assertThat(Table.render(List.of())).isEmpty();
    }
}
