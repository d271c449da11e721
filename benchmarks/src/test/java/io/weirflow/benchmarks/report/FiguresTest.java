package io.weirflow.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class FiguresTest {

    private static CaseResult result(boolean higherIsBetter) {
        return new CaseResult(
                "x",
                "a case",
                List.of("f"),
                higherIsBetter,
                List.of(
                        new Sample("weirflow", 1, Map.of("f", 20.0)),
                        new Sample("other", 1, Map.of("f", 10.0)),
                        // The machine was slower in this round: both were.
                        new Sample("weirflow", 2, Map.of("f", 6.0)),
                        new Sample("other", 2, Map.of("f", 2.0)),
                        new Sample("weirflow", 3, Map.of("f", 50.0))),
                List.of());
    }

    @Test
    void ratiosAreMadeRoundByRound() {
        assertThat(result(true).ratio("weirflow", "other", "f")).contains(new Spread(2, 2.5, 3));
    }

    @Test
    void lowerFiguresAreBetterWhereTheCaseSaysSo() {
        assertThat(result(false).ratio("weirflow", "other", "f"))
                .hasValueSatisfying(spread -> assertThat(spread.max()).isEqualTo(0.5));
    }

    @Test
    void tablesShowMedianAndSpread() {
        assertThat(Table.render(result(true))).contains("| weirflow | 20.0 (6.00–50.0) |", "**2.50 ×** (2.00–3.00)");
    }

    @Test
    void jsonHoldsEveryRun() {
        String json = JsonReport.render(
                0,
                Machine.look(),
                Map.of("rows", "1"),
                List.of(result(true)),
                List.of(new Outcome("a", "what", true, 2, Optional.of(new Spread(1, 3, 4)))));

        assertThat(json)
                .contains(
                        "\"1970-01-01T00:00:00Z\"",
                        "\"round\" : 3",
                        "\"f\" : 50.0",
                        "\"at_least\" : 2.0",
                        "\"met\" : true");
    }

    @Test
    void percentilesAreExact() {
        Percentiles percentiles = new Percentiles();
        LongStream.rangeClosed(1, 10_000).map(value -> 10_001 - value).forEach(percentiles::add);

        assertThat(percentiles.at(0.5)).isEqualTo(5_000);
        assertThat(percentiles.at(0.99)).isEqualTo(9_900);
        assertThat(percentiles.at(1)).isEqualTo(10_000);
    }
}
