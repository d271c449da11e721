package io.weirflow.worker.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.id.SlotId;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Slots go over to another version of their stage a few at a time. */
final class UpgradeTurnsTest {

    private static final long LONG_MS = 10_000;

    private final UpgradeTurns turns = new UpgradeTurns();

    private static SlotId slot(int partition) {
        return new SlotId("orders", 1, partition);
    }

    @Test
    void aThirdWaitsForTheFirstTwo() {
        assertThat(turns.take(slot(0), 2, 0)).isTrue();
        assertThat(turns.take(slot(1), 2, 0)).isTrue();
        assertThat(turns.take(slot(2), 2, 0)).isFalse();
        // As if they had gone elsewhere.
        turns.end(Map.of());
        assertThat(turns.take(slot(2), 2, 0)).isTrue();
    }

    /** Some have to wait until they have passed what a life that died may have reached. */
    @Test
    void thoseThatTakeLongKeepNobody() {
        assertThat(turns.take(slot(0), 2, 0)).isTrue();
        assertThat(turns.take(slot(1), 2, 0)).isTrue();
        assertThat(turns.take(slot(2), 2, LONG_MS)).isTrue();
        assertThat(turns.take(slot(3), 2, LONG_MS)).isTrue();
        assertThat(turns.take(slot(4), 2, LONG_MS)).isFalse();
    }

    @Test
    void aTurnIsKeptAndIsForOneVersion() {
        assertThat(turns.take(slot(0), 2, 0)).isTrue();
        assertThat(turns.take(slot(1), 2, 0)).isTrue();
        assertThat(turns.take(slot(0), 2, LONG_MS)).isTrue();
        assertThat(turns.take(slot(2), 2, LONG_MS)).isTrue();
        assertThat(turns.take(slot(0), 3, LONG_MS)).isTrue();
        assertThat(turns.take(slot(1), 3, LONG_MS)).isFalse();
    }
}
