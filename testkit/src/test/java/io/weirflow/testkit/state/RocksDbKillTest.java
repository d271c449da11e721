package io.weirflow.testkit.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.SlotStore;
import io.weirflow.testkit.seed.Seeded;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** A process that commits is killed again and again: data and progress are those of one checkpoint, which need not be the last. */
final class RocksDbKillTest {

    private static final int KILLS = 4;

    @Seeded(seeds = 2)
    void aKillLeavesAWholeCheckpoint(Random random, @TempDir Path directory) throws Exception {
        Path slot = directory.resolve("slot");
        int checkpoint = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            int tables = kill == KILLS ? 2 : 0;
            int reported = runAndKill(slot, 1 + random.nextInt(150), tables);
            try (RocksDbRuntime runtime = new RocksDbRuntime(KillTarget.SETTINGS, System::currentTimeMillis);
                    SlotStore store = SlotStore.open(runtime.open(slot))) {
                int before = checkpoint;
                checkpoint = KillTarget.checkpointOf(store);
                // One more may have been written and not reported.
                assertThat(checkpoint).isBetween(before, reported + 1);
                assertThat(ModelTables.contents(store)
                                .equals(modelAt(checkpoint).contents()))
                        .as("the contents are those of checkpoint %d", checkpoint)
                        .isTrue();
            }
        }
        assertThat(checkpoint).as("what is in a table survives").isPositive();
    }

    private static ModelTables modelAt(int checkpoint) {
        ModelTables model = new ModelTables();
        for (int number = 1; number <= checkpoint; number++) {
            KillTarget.change(number, (table, key, value) -> {
                if (value == null) {
                    model.table(table).remove(key);
                } else {
                    model.table(table).put(key, value);
                }
            });
        }
        return model;
    }

    /**
     * Returns the last checkpoint that the process reported before it was killed.
     *
     * @param tables it goes on until there are so many: all but the last of them are whole
     */
    private static int runAndKill(Path slot, int checkpoints, int tables) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KillTarget.class.getName(),
                        slot.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int last = 0;
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (int i = 0; i < checkpoints || tables(slot) < tables; i++) {
                String line = lines.readLine();
                assertThat(line).as("the process still runs").isNotNull();
                last = Integer.parseInt(line);
            }
            // By its handle, which leaves the pipe open: the process was ahead of what had been read.
            assertThat(process.toHandle().destroyForcibly()).isTrue();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = Integer.parseInt(line);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return last;
    }

    private static int tables(Path slot) throws IOException {
        try (Stream<Path> files = Files.list(slot)) {
            return (int) files.filter(file -> file.toString().endsWith(".sst")).count();
        }
    }
}
