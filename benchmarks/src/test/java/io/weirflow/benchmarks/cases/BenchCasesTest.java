package io.weirflow.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.data.Bids;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BenchCasesTest {

    private static Bid bid(long auction, long bidder, long price, long timeMs) {
        return new Bid(0, auction, bidder, price, "", timeMs);
    }

    private static Answer.Comparison answer(ThroughputCase of, Bid... bids) {
        ThroughputCase.Oracle oracle = of.oracle();
        List.of(bids).forEach(oracle::accept);
        return oracle.answer().compare();
    }

    @Test
    void namesAreDifferent() {
        assertThat(BenchCases.all().stream().map(BenchCase::id)).doesNotHaveDuplicates();
    }

    @Test
    void filterKeepsDearBids() {
        Answer.Comparison answer = answer(new FilterCase(), bid(1, 2, 2_999_999, 5), bid(1, 2, 3_000_000, 6));

        answer.accept(1, 2, 3_000_000, 6);

        assertThat(answer.complete()).isTrue();
    }

    @Test
    void tumblingWindowsBeginAtFullTenSeconds() {
        Answer.Comparison answer =
                answer(new TumblingCase(), bid(1, 0, 0, 9_999), bid(1, 0, 0, 10_000), bid(1, 0, 0, 19_999));

        answer.accept(1, 0, 10_000, 1);
        answer.accept(1, 10_000, 20_000, 2);

        assertThat(answer.complete()).isTrue();
    }

    @Test
    void sessionsHoldRowsThatAreTheGapApart() {
        Answer.Comparison answer =
                answer(new SessionsCase(), bid(7, 1, 50, 0), bid(3, 1, 20_000, 1_000), bid(9, 1, 5, 2_001));

        answer.accept(1, 0, 2, 20_050, 50, 20_000, 1, 0, 3, 7);
        answer.accept(1, 2_001, 1, 5, 5, 5, 1, 0, 9, 9);

        assertThat(answer.complete()).isTrue();
    }

    @Test
    void oneInAHundredAuctionsComesOutOfALargeState() {
        Answer.Comparison answer = answer(
                new WideCase(),
                bid(200, 0, 7, Bids.START_MS + 1),
                bid(201, 0, 7, Bids.START_MS + 1),
                bid(200, 0, 5, Bids.START_MS + 2));

        answer.accept(200, Bids.START_MS, 2, 12, 5, 7);

        assertThat(answer.complete()).isTrue();
    }

    @Test
    void allOfALargeStateIsInOneWindow() {
        for (long rows : List.of(1_000L, 64_000_000L)) {
            long spanMs = new WideCase().bids(rows).timeMs(rows) - Bids.START_MS;
            assertThat(spanMs).isLessThan(3_600_000);
        }
    }

    @Test
    void sizesGrowTenfoldUpToTheOneAskedFor() {
        assertThat(GrowthCase.sizes(5L << 30)).containsExactly(10L << 20, 100L << 20, 1000L << 20, 5L << 30);
        assertThat(GrowthCase.sizes(1L << 30)).containsExactly(10L << 20, 100L << 20, 1L << 30);
        assertThat(GrowthCase.sizes(200L << 20)).containsExactly(10L << 20, 100L << 20, 200L << 20);
        assertThat(GrowthCase.sizes(1)).containsExactly(10L << 20);
    }

    @Test
    void aBidIsInFiveHoppingWindows() {
        Answer.Comparison answer = answer(new HoppingCase(), bid(1, 4, 2_000_000, 10_500));

        for (long startMs = 2_000; startMs <= 10_000; startMs += 2_000) {
            assertThat(answer.complete()).isFalse();
            answer.accept(1, startMs, 1, 2_000_000, 2_000_000, 2_000_000, 0, 1, 4, 4);
        }

        assertThat(answer.complete()).isTrue();
    }
}
