package io.weirflow.worker.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A slot for nothing. */
final class RehearsalTest {

    @TempDir
    Path folder;

    @Test
    void aSlotIsOpenedTwiceAndTakesAllItsFrames() {
        Path state = folder.resolve("rehearsal");
        try (RocksDbRuntime states = new RocksDbRuntime(RocksDbSettings.forThisMachine(), System::currentTimeMillis)) {
            assertThat(Rehearsal.run(states, state, () -> 0, 1_000)).isEqualTo(2 * Rehearsal.FRAMES);
        }
        assertThat(Files.exists(state)).isFalse();
    }

    @Test
    void itEndsInTime() {
        AtomicLong clockMs = new AtomicLong();
        try (RocksDbRuntime states = new RocksDbRuntime(RocksDbSettings.forThisMachine(), System::currentTimeMillis)) {
            long position = Rehearsal.run(states, folder.resolve("rehearsal"), clockMs::incrementAndGet, 100);
            assertThat(position).isPositive().isLessThan(200);
        }
    }
}
