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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
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

    /** A slot thread that closes a slot must not wait until others are open. */
    @Test
    void slotsAreOpenedAndClosedAtTheSameTime(@TempDir Path directory) {
        int slots = 8;
        RocksDbRuntime other = new RocksDbRuntime(RocksDbSettings.defaults());
        ExecutorService threads = Executors.newFixedThreadPool(slots);
        List<CompletableFuture<RocksDbBackend>> opened = IntStream.range(0, slots)
                .mapToObj(slot -> CompletableFuture.supplyAsync(
                        () -> {
                            Path folder = directory.resolve("slot-" + slot);
                            other.open(folder).close();
                            other.destroy(folder);
                            return other.open(folder);
                        },
                        threads))
                .toList();
        List<RocksDbBackend> backends =
                opened.stream().map(CompletableFuture::join).toList();
        threads.shutdown();
        other.close();
        for (RocksDbBackend backend : backends) {
            assertThatThrownBy(() -> backend.get(new byte[] {1})).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> other.destroy(directory)).isInstanceOf(IllegalStateException.class);
    }

    private static void commitOne(Path directory) {
        try (SlotStore store = SlotStore.open(runtime.open(directory))) {
            store.table(0, "t").put(new byte[] {1}, new byte[] {2});
            store.commit(store.freeze(), new byte[0], 1);
        }
    }
}
