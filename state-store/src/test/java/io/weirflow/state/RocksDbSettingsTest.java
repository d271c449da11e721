package io.weirflow.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class RocksDbSettingsTest {

    private static final long MIB = 1L << 20;

    @Test
    void aProcessTakesASixteenthOfTheMemoryWithinBounds() {
        assertThat(RocksDbSettings.forMemory(0).cacheBytes()).isEqualTo(192 * MIB);
        assertThat(RocksDbSettings.forMemory(16_384 * MIB).cacheBytes()).isEqualTo(1_024 * MIB);
        assertThat(RocksDbSettings.forMemory(1_048_576 * MIB).cacheBytes()).isEqualTo(2_048 * MIB);
        assertThat(RocksDbSettings.forThisMachine().cacheBytes()).isBetween(192 * MIB, 2_048 * MIB);
    }

    @Test
    void writeBuffersLeaveHalfOfItToWhatIsRead() {
        assertThat(RocksDbSettings.forMemory(0).writeBufferBytes()).isEqualTo(96 * MIB);
        assertThat(RocksDbSettings.forMemory(16_384 * MIB).writeBufferBytes()).isEqualTo(256 * MIB);
    }

    @Test
    void oneSlotTakesAQuarterOfTheWriteBuffers() {
        assertThat(RocksDbSettings.forMemory(0).slotWriteBufferBytes()).isEqualTo(24 * MIB);
        assertThat(RocksDbSettings.forMemory(16_384 * MIB).slotWriteBufferBytes())
                .isEqualTo(64 * MIB);
    }

    @Test
    void boundsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new RocksDbSettings(MIB, 2 * MIB, MIB, 1, 16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cacheBytes");
    }
}
