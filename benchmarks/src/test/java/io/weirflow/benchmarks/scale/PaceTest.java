package io.weirflow.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PaceTest {

    @Test
    void whatIsDoneCountsInTheSecondInWhichItIsDoneAndNotWhenItWasDue() {
        Pace pace = new Pace();
        pace.done(1_990, 2_030);
        pace.done(2_000, 2_030);
        pace.done(2_500, 2_499);
        assertThat(pace.inSecond(1)).isZero();
        assertThat(pace.inSecond(2)).isEqualTo(3);
        assertThat(pace.latestMs(1)).isZero();
        assertThat(pace.latestMs(2)).isEqualTo(40);
    }
}
