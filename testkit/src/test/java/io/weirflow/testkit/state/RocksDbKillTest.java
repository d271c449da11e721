package io.weirflow.testkit.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.SlotStore;
import io.weirflow.testkit.seed.Seeded;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

/** A process that commits is killed again and again: data and progress are those of one checkpoint, and of none that was reported lost. */
final class RocksDbKillTest {

    private static final int KILLS = 4;

    @Seeded(seeds = 2)
    void aKillLeavesAWholeCheckpoint(Random random, @TempDir Path directory) throws Exception {
        Path slot = directory.resolve("slot");
        ModelTables model = new ModelTables();
        int modelAt = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            int reported = runAndKill(slot, 1 + random.nextInt(150));
            try (RocksDbRuntime runtime = new RocksDbRuntime(KillTarget.SETTINGS);
                    SlotStore store = SlotStore.open(runtime.open(slot))) {
                int checkpoint = KillTarget.checkpointOf(store);
                assertThat(checkpoint).isGreaterThanOrEqualTo(reported);
                while (modelAt < checkpoint) {
                    KillTarget.change(++modelAt, (table, key, value) -> {
                        if (value == null) {
                            model.table(table).remove(key);
                        } else {
                            model.table(table).put(key, value);
                        }
                    });
                }
                assertThat(ModelTables.contents(store).equals(model.contents()))
                        .as("the contents are those of checkpoint %d", checkpoint)
                        .isTrue();
            }
        }
    }

    /** Returns the last checkpoint that the process reported before it was killed. */
    private static int runAndKill(Path slot, int checkpoints) throws IOException, InterruptedException {
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
            for (int i = 0; i < checkpoints; i++) {
                String line = lines.readLine();
                assertThat(line).as("the process still runs").isNotNull();
                last = Integer.parseInt(line);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return last;
    }
}
