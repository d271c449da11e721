package io.weirflow.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ReadProgressTest {

    private final ReadProgress progress = new ReadProgress();

    @Test
    void tellsWhenReadingBeganAndWasHalfDone() {
        progress.accept("read 1000 in 10");
        progress.accept("read 2000 in 49");
        progress.accept("read 3000 in 51");
        progress.accept("read 4000 in 100");

        assertThat(progress.reachedMs("in", 0)).isEqualTo(1_000);
        assertThat(progress.reachedMs("in", 0.5)).isEqualTo(3_000);
        assertThat(progress.reachedMs("in", 1)).isEqualTo(4_000);
    }

    @Test
    void aNewReaderIsSeenAlone() {
        progress.accept("read 1000 in 100");
        progress.restart("in");
        assertThat(progress.reachedMs("in", 0)).isZero();

        progress.accept("read 5000 in 101");
        progress.accept("read 6000 in 200");

        assertThat(progress.reachedMs("in", 0)).isEqualTo(5_000);
        assertThat(progress.reachedMs("in", 0.5)).isEqualTo(6_000);
    }

    @Test
    void aTopicThatWasMadeAgainBeginsAnew() {
        progress.accept("read 1000 in 100");
        progress.restart("in");
        progress.accept("read 5000 in 10");
        progress.accept("read 6000 in 90");

        assertThat(progress.reachedMs("in", 0)).isEqualTo(5_000);
        assertThat(progress.reachedMs("in", 0.5)).isEqualTo(6_000);
    }

    @Test
    void otherTopicsAndOtherLinesDoNotMatter() {
        progress.accept("ready 127.0.0.1:1234");
        progress.accept("read 1000 other 10");

        assertThat(progress.reachedMs("in", 0)).isZero();
    }
}
