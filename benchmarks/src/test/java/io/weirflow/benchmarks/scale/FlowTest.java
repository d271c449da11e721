package io.weirflow.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import org.junit.jupiter.api.Test;

final class FlowTest {

    @Test
    void countsRowsOfWholeSecondsAndKnowsThoseWithout() {
        Flow flow = new Flow(1);
        flow.rows(0, 10_999, 1);
        flow.rows(0, 11_000, 2);
        flow.rows(0, 11_999, 3);
        flow.rows(0, 13_500, 4);

        assertThat(flow.bySecond(0, 10_500, 13_900)).containsExactly(entry(11L, 5L), entry(12L, 0L));
    }

    @Test
    void findsTheLongestSilenceOfASlotThatTouchesASpan() {
        Flow flow = new Flow(1);
        flow.slot(3, 1_000);
        flow.slot(3, 1_300);
        flow.slot(3, 1_400);
        flow.slot(3, 2_400);

        assertThat(flow.longestGap(3, 900, 1_350)).map(Flow.Gap::ms).contains(300L);
        assertThat(flow.longestGap(3, 1_350, 1_500)).map(Flow.Gap::ms).contains(1_000L);
        assertThat(flow.longestGap(2, 900, 2_500)).isEmpty();
    }
}
