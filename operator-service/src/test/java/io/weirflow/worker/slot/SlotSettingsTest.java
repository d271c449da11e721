package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SlotSettingsTest {

    private static final long FAR = 1_000_000;

    private final SlotSettings settings = SlotSettings.DEFAULT;

    @Test
    void rowsOfASlotThatIsFarBehindCanWait() {
        assertThat(settings.rowsCanWait(FAR, 0)).isTrue();
    }

    @Test
    void rowsOfASlotThatKeepsUpCannot() {
        assertThat(settings.rowsCanWait(settings.recordsPerCycle(), 0)).isFalse();
        assertThat(settings.rowsCanWait(-1, 0)).isFalse();
    }

    /** Else the slot would stop to read before they are committed. */
    @Test
    void manyRowsCannot() {
        assertThat(settings.rowsCanWait(FAR, settings.maxSinkBytesWaiting() / 2))
                .isFalse();
        long littleHeap = 1_000;
        assertThat(settings.within(littleHeap, littleHeap).rowsCanWait(FAR, littleHeap / 2))
                .isFalse();
    }
}
