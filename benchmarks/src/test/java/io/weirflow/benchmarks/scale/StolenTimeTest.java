package io.weirflow.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StolenTimeTest {

    @Test
    void readsTheEighthOfTheKernelsCounters() {
        assertThat(StolenTime.stealMs("cpu  10132153 290696 3084719 46828483 16683 0 25195 178 175628 0"))
                .isEqualTo(1_780);
    }

    @Test
    void nothingIsStolenWhereAnOldKernelDoesNotCount() {
        assertThat(StolenTime.stealMs("cpu  10132153 290696 3084719 46828483")).isZero();
    }
}
