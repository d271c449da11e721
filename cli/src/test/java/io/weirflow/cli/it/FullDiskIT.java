package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A full disk ends the run with the reason and what to do; once there is space, the next run completes it. Needs the right to mount. */
class FullDiskIT {

    private static final int ROWS = 12_000;
    private static final Duration LONG = Duration.ofSeconds(150);

    @TempDir
    private Path directory;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", disk.toString()) == 0,
                "a small file system could not be mounted: only root may");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", disk.toString());
    }

    private static int run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    private Path pipeline(String name, Path result) {
        return Pipelines.write(
                directory,
                Pipelines.ENDLESS
                        .replace("NAME", name)
                        .replace("rate: RATE", "rows: " + ROWS + ", rate: 1500")
                        .replace("out/numbers.jsonl", result.toString()));
    }

    private void failsAndCompletes(Path pipeline, Path data, Path result, String... parts) throws IOException {
        String[] command = {"run", pipeline.toString(), "--data", data.toString()};
        Path filler = disk.resolve("filler");
        try (Child child = Child.start(directory, command)) {
            child.awaitRows(500);
            fill(filler);
            Result failed = child.end(LONG);
            assertThat(failed.status()).as(failed.err()).isEqualTo(1);
            assertThat(failed.err()).contains(parts).doesNotContain("\tat ");
        }
        Files.delete(filler);
        try (Child child = Child.start(directory, command)) {
            Result done = child.end(LONG);
            assertThat(done.status()).as(done.err()).isZero();
        }
        assertThat(Pipelines.lines(result)).hasSize(ROWS).doesNotHaveDuplicates();
    }

    private static void fill(Path filler) throws IOException {
        byte[] block = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    @Test
    void ofTheDataDirectory() throws IOException {
        Path result = directory.resolve("numbers.jsonl");
        failsAndCompletes(
                pipeline("full-data", result),
                disk.resolve("data"),
                result,
                "disk is full",
                "free some space",
                "--data");
    }

    /** The sink waits for space: the run goes on by itself. */
    @Test
    void ofAFileSink() throws IOException {
        Path result = disk.resolve("numbers.jsonl");
        Path pipeline = pipeline("full-sink", result);
        Path filler = disk.resolve("filler");
        try (Child child = Child.start(directory, "run", pipeline.toString())) {
            child.awaitRows(500);
            fill(filler);
            child.awaitMessage("No space left").awaitMessage("free space");
            Files.delete(filler);
            Result done = child.end(LONG);
            assertThat(done.status()).as(done.err()).isZero();
        }
        assertThat(Pipelines.lines(result)).hasSize(ROWS).doesNotHaveDuplicates();
    }
}
