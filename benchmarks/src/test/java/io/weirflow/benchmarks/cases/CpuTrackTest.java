package io.weirflow.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CpuTrackTest {

    private final CpuTrack track = new CpuTrack();

    @Test
    void betweenTwoPointsItIsEven() {
        track.note(1_000, 1);
        track.note(2_000, 3);

        assertThat(track.at(1_000)).isEqualTo(1);
        assertThat(track.at(1_250)).isEqualTo(1.5);
        assertThat(track.at(2_000)).isEqualTo(3);
    }

    @Test
    void outsideItIsTheNearestPoint() {
        assertThat(track.at(5)).isZero();
        track.note(1_000, 1);
        track.note(2_000, 3);

        assertThat(track.at(5)).isEqualTo(1);
        assertThat(track.at(9_000)).isEqualTo(3);
    }

    @Test
    void pointsAreTakenNowAndThen() {
        assertThat(track.due(1_000)).isTrue();
        track.note(1_000, 1);

        assertThat(track.due(1_001)).isFalse();
        assertThat(track.due(1_020)).isTrue();
    }
}
