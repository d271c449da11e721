package io.weirflow.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** As many rows wait for a destination as it takes in a second. */
final class QueueBoundTest {

    private static final int FIRST = 4;

    private final QueueBound bound = new QueueBound();
    private long nowMs;
    private long taken;

    /** The destination takes rows, each in so many milliseconds, and is never without one. */
    private void work(int rows, long eachMs) {
        for (int i = 0; i < rows; i++) {
            bound.observe(nowMs, true, taken);
            nowMs += eachMs;
            taken++;
        }
        bound.observe(nowMs, true, taken);
    }

    @Test
    void aSlowDestinationSoonHasAShortQueue() {
        work(FIRST, 200);
        assertThat(bound.rows()).isEqualTo(5);
        work(100, 500);
        assertThat(bound.rows()).isEqualTo(2);
        work(4, 60_000);
        assertThat(bound.rows()).as("never none").isEqualTo(1);
    }

    @Test
    void aFastDestinationHasALongQueueBeforeLong() {
        work(FIRST, 0);
        assertThat(bound.rows()).isEqualTo(2 * FIRST);
        work(10_000, 0);
        assertThat(bound.rows()).as("never longer").isEqualTo(4096);
        work(10_000, 2);
        assertThat(bound.rows()).isEqualTo(500);
    }

    @Test
    void oneThatRecoversGetsALongerQueueAgain() {
        work(4, 60_000);
        work(1_000, 10);
        assertThat(bound.rows()).isEqualTo(100);
    }

    @Test
    void aDestinationThatIsSeldomNeededIsNotTakenForSlow() {
        for (int i = 0; i < 2 * FIRST; i++) {
            bound.observe(nowMs, false, taken);
            nowMs += 20;
            taken++;
            bound.observe(nowMs, true, taken);
            nowMs += 60_000;
        }
        assertThat(bound.rows()).isGreaterThan(FIRST);
    }
}
