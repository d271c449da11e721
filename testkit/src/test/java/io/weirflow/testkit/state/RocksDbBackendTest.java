package io.weirflow.testkit.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.state.RocksDbBackend;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import io.weirflow.state.SlotStore;
import io.weirflow.state.StateCorruptException;
import io.weirflow.state.StateIOException;
import io.weirflow.state.StateInUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RocksDbBackendTest extends StateStoreSuite {

    private static RocksDbRuntime runtime;

    @BeforeAll
    static void openRuntime() {
        runtime = new RocksDbRuntime(RocksDbSettings.defaults());
    }

    @AfterAll
    static void closeRuntime() {
        runtime.close();
    }

    @Override
    protected BackendSite site(Path directory) {
        return new RocksDbSite(runtime, directory);
    }

    @Test
    void aSecondOpenOfADirectoryIsRefused(@TempDir Path directory) {
        try (RocksDbBackend first = runtime.open(directory)) {
            assertThatThrownBy(() -> runtime.open(directory))
                    .isInstanceOf(StateInUseException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("open elsewhere");
            assertThatThrownBy(() -> runtime.destroy(directory)).isInstanceOf(StateInUseException.class);
            assertThat(first.progress()).isEmpty();
        }
        try (RocksDbBackend again = runtime.open(directory)) {
            assertThat(again.progress()).isEmpty();
        }
    }

    @Test
    void anInterruptedWipeIsFinishedOnTheNextOpen(@TempDir Path directory) throws IOException {
        commitOne(directory);
        Files.createFile(directory.resolve("WIPING"));
        try (SlotStore store = SlotStore.open(runtime.open(directory))) {
            assertThat(store.progress()).isEmpty();
            assertThat(store.table(0, "t").get(new byte[] {1})).isNull();
        }
    }

    @Test
    void dataWithoutItsPointerIsRefused(@TempDir Path directory) throws IOException {
        commitOne(directory);
        Files.delete(directory.resolve("CURRENT"));
        assertThatThrownBy(() -> runtime.open(directory))
                .isInstanceOfSatisfying(
                        StateCorruptException.class,
                        e -> assertThat(e.directory()).isEqualTo(directory))
                .hasMessageContaining("CURRENT");
        runtime.destroy(directory);
        assertThat(directory).doesNotExist();
        commitOne(directory);
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamed(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> runtime.open(file.resolve("slot")))
                .isInstanceOf(StateIOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void closingTheRuntimeClosesWhatIsOpen(@TempDir Path directory) {
        RocksDbRuntime other = new RocksDbRuntime(RocksDbSettings.defaults());
        RocksDbBackend backend = other.open(directory);
        other.close();
        other.close();
        assertThatThrownBy(() -> backend.get(new byte[] {1})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> other.open(directory)).isInstanceOf(IllegalStateException.class);
        backend.close();
    }

    private static void commitOne(Path directory) {
        try (SlotStore store = SlotStore.open(runtime.open(directory))) {
            store.table(0, "t").put(new byte[] {1}, new byte[] {2});
            store.commit(store.freeze(), new byte[0], 1);
        }
    }
}
