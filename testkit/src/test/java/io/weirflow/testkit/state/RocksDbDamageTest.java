package io.weirflow.testkit.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.state.StateTable;
import io.weirflow.state.RocksDbBackend;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import io.weirflow.state.SlotStore;
import io.weirflow.state.StateCorruptException;
import io.weirflow.state.StoredProgress;
import io.weirflow.testkit.seed.Seeded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Files of a RocksDB are damaged. Then either the damage is reported, or the store holds exactly what some checkpoint left, with that
 * checkpoint's progress: never something else.
 */
final class RocksDbDamageTest {

    private static final int CHECKPOINTS = 60;
    private static final int KEYS = 300;
    private static final int CHANGES = 80;

    private static final int HEADER_BYTES = 7;

    /** The smallest write buffer, so that there are tables and logs of several ages. */
    private static final RocksDbSettings SMALL = new RocksDbSettings(8L << 20, 4L << 20, 1L << 20, 1, 64);

    @TempDir
    static Path shared;

    private static RocksDbRuntime runtime;
    private static Path image;
    private static final List<List<String>> HISTORY = new ArrayList<>();

    @BeforeAll
    static void makeImage() {
        runtime = new RocksDbRuntime(SMALL, System::currentTimeMillis);
        Path directory = shared.resolve("live");
        image = shared.resolve("image");
        Random random = new Random(1);
        ModelTables model = new ModelTables();
        HISTORY.add(model.contents());
        try (RocksDbRuntime maker = new RocksDbRuntime(SMALL, System::currentTimeMillis);
                SlotStore store = SlotStore.open(maker.open(directory))) {
            for (int checkpoint = 1; checkpoint <= CHECKPOINTS; checkpoint++) {
                change(store, model, random);
                byte[] progress =
                        ByteBuffer.allocate(Integer.BYTES).putInt(checkpoint).array();
                store.commit(store.freeze(), progress, checkpoint);
                HISTORY.add(model.contents());
            }
        }
        RocksDbSite.copyAtOneMoment(directory, image);
    }

    private static void change(SlotStore store, ModelTables model, Random random) {
        for (int i = 0; i < CHANGES; i++) {
            int number = random.nextInt(ModelTables.COUNT);
            byte[] key = ByteBuffer.allocate(Integer.BYTES)
                    .putInt(random.nextInt(KEYS))
                    .array();
            StateTable table = ModelTables.tableOf(store, number);
            if (random.nextInt(4) == 0) {
                table.delete(key);
                model.table(number).remove(key);
            } else {
                byte[] value = new byte[1000];
                random.nextBytes(value);
                table.put(key, value);
                model.table(number).put(key, value);
            }
        }
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

    @Test
    void theImageHasTablesAndIsWhole() throws IOException {
        assertThat(files(image)).filteredOn(name -> name.endsWith(".sst")).hasSizeGreaterThan(2);
        Path copy = shared.resolve("whole");
        RocksDbSite.copyAtOneMoment(image, copy);
        assertThat(read(copy)).hasValue(CHECKPOINTS);
    }

    @Seeded(seeds = 80)
    void damageIsNeverSilentlyWrong(Random random, @TempDir Path directory) throws IOException {
        Path copy = directory.resolve("copy");
        RocksDbSite.copyAtOneMoment(image, copy);
        List<String> names = files(copy).stream()
                .filter(name -> !name.startsWith("LOG") && !name.startsWith("OPTIONS") && !name.equals("IDENTITY"))
                .filter(name -> copy.resolve(name).toFile().length() > 0)
                .toList();
        Path victim = copy.resolve(names.get(random.nextInt(names.size())));
        damage(victim, random);
        readOrReport(copy);
    }

    /** The end of the manifest is where the newest tables are named. */
    @Test
    void aManifestCutAnywhereIsNeverSilentlyWrong(@TempDir Path directory) throws IOException {
        String manifest = files(image).stream()
                .filter(name -> name.startsWith("MANIFEST"))
                .findFirst()
                .orElseThrow();
        byte[] whole = Files.readAllBytes(image.resolve(manifest));
        for (int length = 0; length < whole.length; length += 17) {
            Path copy = directory.resolve("cut-" + length);
            RocksDbSite.copyAtOneMoment(image, copy);
            Files.write(copy.resolve(manifest), Arrays.copyOf(whole, length));
            readOrReport(copy);
        }
    }

    /** One flipped bit makes a record look like one of a recycled log, on which RocksDB 10.1 never comes back from opening. */
    @Test
    void aRecordThatLooksRecycledIsReported(@TempDir Path directory) throws IOException, RocksDBException {
        Path logged = directory.resolve("logged");
        writeWithLog(directory.resolve("live"), logged);
        assertRecycledIsReported(image, "MANIFEST", directory);
        assertRecycledIsReported(logged, "0", directory);
    }

    /** Former versions of the engine did so. */
    private static void writeWithLog(Path directory, Path copy) throws RocksDBException {
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB db = RocksDB.open(options, directory.toString())) {
            for (byte key = 0; key < 10; key++) {
                db.put(new byte[] {key}, new byte[100]);
            }
            RocksDbSite.copyAtOneMoment(directory, copy);
        }
    }

    private static void assertRecycledIsReported(Path whole, String prefix, Path directory) throws IOException {
        for (String name : files(whole)) {
            if (name.startsWith(prefix) && !name.endsWith(".sst")) {
                Path copy = directory.resolve("recycled-" + name);
                RocksDbSite.copyAtOneMoment(whole, copy);
                byte[] bytes = Files.readAllBytes(copy.resolve(name));
                int second = HEADER_BYTES
                        + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(4);
                bytes[second + 6] |= 4;
                Files.write(copy.resolve(name), bytes);
                assertThatThrownBy(() -> read(copy)).isInstanceOf(StateCorruptException.class);
            }
        }
    }

    private static void damage(Path file, Random random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        switch (random.nextInt(4)) {
            case 0 -> Files.delete(file);
            case 1 -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            case 2 -> {
                int from = random.nextInt(bytes.length);
                Arrays.fill(bytes, from, Math.min(bytes.length, from + 4096), (byte) 0);
                Files.write(file, bytes);
            }
            default -> {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
            }
        }
    }

    private static void readOrReport(Path directory) {
        Optional<Integer> found;
        try {
            found = read(directory);
        } catch (StateCorruptException e) {
            assertThat(e.directory()).isEqualTo(directory);
            runtime.destroy(directory);
            assertThat(directory).doesNotExist();
            return;
        }
        assertThat(found.orElse(0)).isBetween(0, CHECKPOINTS);
    }

    /** Reads everything and compares it with the model at the checkpoint that the progress names; returns its number. */
    private static Optional<Integer> read(Path directory) {
        try (RocksDbBackend backend = runtime.open(directory);
                SlotStore store = SlotStore.open(backend)) {
            Optional<Integer> checkpoint = store.progress()
                    .map(StoredProgress::progress)
                    .map(progress -> ByteBuffer.wrap(progress).getInt());
            assertThat(ModelTables.contents(store).equals(HISTORY.get(checkpoint.orElse(0))))
                    .as("the contents are those of checkpoint %s", checkpoint)
                    .isTrue();
            return checkpoint;
        }
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
