package io.weirflow.benchmarks.kernels;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import io.weirflow.state.SlotStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** State in RocksDB that lasts as long as a kernel. */
final class StateFolder implements AutoCloseable {

    private final Path folder;
    private final RocksDbRuntime runtime = new RocksDbRuntime(RocksDbSettings.forThisMachine(), Clocks::epochMs);

    StateFolder() {
        try {
            folder = Files.createTempDirectory("weirflow-kernel-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SlotStore open(int slot) {
        return SlotStore.open(runtime.open(pathOf(slot)));
    }

    private Path pathOf(int slot) {
        return folder.resolve(Integer.toString(slot));
    }

    /** Removes it all; the stores are closed. */
    @Override
    public void close() {
        try {
            for (int slot = 0; Files.exists(pathOf(slot)); slot++) {
                runtime.destroy(pathOf(slot));
            }
            runtime.close();
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
