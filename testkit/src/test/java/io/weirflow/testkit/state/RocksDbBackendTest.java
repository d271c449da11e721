package io.weirflow.testkit.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weirflow.api.state.StateTable;
import io.weirflow.protocol.log.ChangelogAge;
import io.weirflow.state.RocksDbBackend;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import io.weirflow.state.SlotStore;
import io.weirflow.state.StateCorruptException;
import io.weirflow.state.StateIOException;
import io.weirflow.state.StateInUseException;
import io.weirflow.state.StoredProgress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

final class RocksDbBackendTest extends StateStoreSuite {

    private static RocksDbRuntime runtime;

    @BeforeAll
    static void openRuntime() {
        runtime = new RocksDbRuntime(RocksDbSettings.defaults(), System::currentTimeMillis);
    }

    /** Directories are removed after each test. */
    @AfterEach
    void awaitClosed() {
        runtime.awaitClosed();
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
        RocksDbRuntime other = new RocksDbRuntime(RocksDbSettings.defaults(), System::currentTimeMillis);
        RocksDbBackend backend = other.open(directory);
        other.close();
        other.close();
        assertThatThrownBy(() -> backend.get(new byte[] {1})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> other.open(directory)).isInstanceOf(IllegalStateException.class);
        backend.close();
    }

    /** Kafka forgets after a while what was deleted. */
    @Test
    void stateThatIsTooOldIsMadeAnew(@TempDir Path directory) {
        AtomicLong clockMs = new AtomicLong(Duration.ofDays(20_000).toMillis());
        try (RocksDbRuntime timed = new RocksDbRuntime(RocksDbSettings.defaults(), clockMs::get)) {
            commitOne(timed, directory);
            clockMs.addAndGet(ChangelogAge.COPY_IS_OF_USE.toMillis());
            try (SlotStore store = SlotStore.open(timed.open(directory))) {
                assertThat(store.progress().orElseThrow().changelogNextOffset()).isEqualTo(1);
                assertThat(store.table(0, "t").get(new byte[] {1})).isEqualTo(new byte[] {2});
            }
            clockMs.addAndGet(1);
            try (SlotStore store = SlotStore.open(timed.open(directory))) {
                assertThat(store.progress()).isEmpty();
                assertThat(store.table(0, "t").get(new byte[] {1})).isNull();
            }
        }
    }

    @Test
    void whatWasClosedCanBeOpenedAtOnce(@TempDir Path directory) {
        for (int round = 0; round < 20; round++) {
            try (SlotStore store = SlotStore.open(runtime.open(directory))) {
                assertThat(store.progress()
                                .map(StoredProgress::changelogNextOffset)
                                .orElse(0L))
                        .isEqualTo(round);
                store.table(0, "t").put(new byte[] {1}, new byte[100_000]);
                store.commit(store.freeze(), new byte[0], round + 1);
            }
        }
        runtime.destroy(directory);
        assertThat(directory).doesNotExist();
    }

    @Test
    void littleStateIsFlushedAfterAnHour(@TempDir Path directory) {
        AtomicLong clockMs = new AtomicLong(Duration.ofDays(20_000).toMillis());
        Path live = directory.resolve("live");
        Path copy = directory.resolve("copy");
        try (RocksDbRuntime timed = new RocksDbRuntime(RocksDbSettings.defaults(), clockMs::get);
                SlotStore store = SlotStore.open(timed.open(live))) {
            store.table(0, "t").put(new byte[] {1}, new byte[] {2});
            store.commit(store.freeze(), new byte[0], 1);
            assertThat(progressAfterCrash(live, copy)).isEmpty();
            clockMs.addAndGet(Duration.ofHours(1).toMillis());
            store.commit(store.freeze(), new byte[0], 2);
            await().untilAsserted(
                            () -> assertThat(progressAfterCrash(live, copy)).hasValue(2));
        }
    }

    private static OptionalLong progressAfterCrash(Path live, Path copy) {
        RocksDbSite.copyAtOneMoment(live, copy);
        try (RocksDbRuntime other = new RocksDbRuntime(
                        RocksDbSettings.defaults(),
                        () -> Duration.ofDays(20_000).toMillis());
                RocksDbBackend backend = other.open(copy)) {
            return backend.progress()
                    .map(StoredProgress::changelogNextOffset)
                    .map(OptionalLong::of)
                    .orElse(OptionalLong.empty());
        }
    }

    /** Former versions of the engine did so. */
    @Test
    void filesThatWereMergedLevelByLevelAreTakenOver(@TempDir Path directory) throws RocksDBException {
        int keys = 20_000;
        writeAll(directory, keys, 1);
        mergeByLevels(directory);
        writeAll(directory, keys, 2);
        assertThat(mergeByLevels(directory)).as("files").isGreaterThan(1);
        writeAll(directory, keys / 2, 3);
        try (SlotStore store = SlotStore.open(runtime.open(directory));
                StateTable.Cursor entries = store.table(0, "t").scan(new byte[0], null)) {
            for (int key = 0; key < keys; key++) {
                assertThat(entries.next()).isTrue();
                assertThat(entries.key()).isEqualTo(bytes(key));
                assertThat(entries.value()).isEqualTo(bytes(key < keys / 2 ? 3 : 2));
            }
            assertThat(entries.next()).isFalse();
        }
    }

    private static void writeAll(Path directory, int keys, int value) {
        try (RocksDbRuntime own = new RocksDbRuntime(RocksDbSettings.defaults(), System::currentTimeMillis);
                SlotStore store = SlotStore.open(own.open(directory))) {
            for (int key = 0; key < keys; key++) {
                store.table(0, "t").put(bytes(key), bytes(value));
            }
            store.commit(store.freeze(), new byte[] {1}, value);
        }
    }

    private static byte[] bytes(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    /** Returns how many files there are. */
    private static int mergeByLevels(Path directory) throws RocksDBException {
        try (Options options = new Options()
                        .setCompactionStyle(CompactionStyle.LEVEL)
                        .setTargetFileSizeBase(16 << 10)
                        .setMaxBytesForLevelBase(32 << 10)
                        .setMaxBytesForLevelMultiplier(2)
                        .setLevelCompactionDynamicLevelBytes(false)
                        .setCompressionType(CompressionType.NO_COMPRESSION);
                FlushOptions flush = new FlushOptions().setWaitForFlush(true);
                RocksDB db = RocksDB.open(options, directory.toString())) {
            db.flush(flush);
            db.compactRange();
            List<LiveFileMetaData> files = db.getLiveFilesMetaData();
            assertThat(files).isNotEmpty().allMatch(file -> file.level() > 0);
            return files.size();
        }
    }

    /** A slot thread that closes a slot must not wait until others are open. */
    @Test
    void slotsAreOpenedAndClosedAtTheSameTime(@TempDir Path directory) {
        int slots = 8;
        RocksDbRuntime other = new RocksDbRuntime(RocksDbSettings.defaults(), System::currentTimeMillis);
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

    /** All of it is on disk afterwards, and nobody is about to close it. */
    private static void commitOne(Path directory) {
        try (RocksDbRuntime own = new RocksDbRuntime(RocksDbSettings.defaults(), System::currentTimeMillis)) {
            commitOne(own, directory);
        }
    }

    private static void commitOne(RocksDbRuntime in, Path directory) {
        try (SlotStore store = SlotStore.open(in.open(directory))) {
            store.table(0, "t").put(new byte[] {1}, new byte[] {2});
            store.commit(store.freeze(), new byte[0], 1);
        }
    }
}
