package io.weirflow.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter.External;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.Kit;
import io.weirflow.connectors.format.CsvFormat;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSinkTest {

    private static final RowType TYPE =
            RowType.of(Column.of("partition", Scalar.INTEGER), Column.of("seq", Scalar.BIGINT));
    private static final int PARTITIONS = 2;

    @TempDir
    Path dir;

    private static RowEncoder encoder() {
        return new CsvFormat().encoder(Kit.options(), TYPE).orElseThrow();
    }

    private static SinkContext context(Path base, String instance, String path) {
        return Kit.sink(base, instance, Kit.options("path", path), encoder(), TYPE);
    }

    private static Row row(int partition, long seq) {
        return MutableRow.of(TYPE, partition, seq);
    }

    private static List<String> names(Path directory) throws IOException {
        return new DiskFiles()
                .list(directory).stream()
                        .map(path -> path.getFileName().toString())
                        .toList();
    }

    private static String expected(long rows) {
        StringBuilder text = new StringBuilder("partition,seq\n");
        for (int p = 0; p < PARTITIONS; p++) {
            for (long seq = 1; seq <= rows; seq++) {
                text.append(p).append(',').append(seq).append('\n');
            }
        }
        return text.toString();
    }

    /** One life: what the engine does with a sink, from whatever an earlier life left. */
    private static void live(FileSink sink, SinkContext context, long rows, int perCommit) {
        sink.prepare(context);
        for (int p = 0; p < PARTITIONS; p++) {
            try (External writer = (External) sink.open(context, p)) {
                long durable = writer.durableSequence();
                // The slot resumes from its own checkpoint, which may lie further back.
                for (long seq = Math.max(1, durable - 3); seq <= rows; seq++) {
                    writer.write(seq, row(p, seq), 0);
                    if (seq % perCommit == 0) {
                        writer.commit(seq, true);
                    }
                }
                assertThat(writer.commit(rows, true)).isEqualTo(rows);
            }
        }
        sink.complete(context);
    }

    @Test
    void writesRowsOnce() throws IOException {
        SinkContext context = context(dir, "run-1", "out/r.csv");
        FileSink sink = new FileSink(new DiskFiles());
        live(sink, context, 10, 3);
        assertThat(dir.resolve("out/r.csv")).hasContent(expected(10));
        assertThat(names(dir.resolve("out"))).containsExactlyInAnyOrder("r.csv", ".r.csv.done");
        // A finished pipeline that is started again changes nothing.
        live(sink, context, 10, 3);
        assertThat(dir.resolve("out/r.csv")).hasContent(expected(10));
    }

    @Test
    void compressesByItsEnding() throws IOException {
        live(new FileSink(new DiskFiles()), context(dir, "run-1", "r.csv.gz"), 5, 2);
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(dir.resolve("r.csv.gz")))) {
            assertThat(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo(expected(5));
        }
    }

    @Test
    void anOldResultStaysUntilTheNewOneIsWhole() throws IOException {
        FileSink sink = new FileSink(new DiskFiles());
        live(sink, context(dir, "run-1", "r.csv"), 4, 2);
        SinkContext second = context(dir, "run-2", "r.csv");
        sink.prepare(second);
        External writer = (External) sink.open(second, 0);
        writer.write(1, row(0, 1), 0);
        writer.commit(1, true);
        writer.close();
        assertThat(dir.resolve("r.csv")).hasContent(expected(4));
        SinkContext third = context(dir, "run-3", "r.csv");
        sink.prepare(third);
        assertThat(names(dir.resolve("r.csv.parts")))
                .as("parts of run-2 are gone")
                .isEmpty();
        live(sink, third, 2, 1);
        assertThat(dir.resolve("r.csv")).hasContent(expected(2));
    }

    /** They are what came before the savepoint, and nobody makes them again. */
    @Test
    void aRunFromASavepointLeavesTheRowsOfTheRunBefore() throws IOException {
        FileSink sink = new FileSink(new DiskFiles());
        SinkContext stopped = context(dir, "run-1", "r.csv");
        sink.prepare(stopped);
        try (External writer = (External) sink.open(stopped, 0)) {
            writer.write(1, row(0, 1), 0);
            writer.commit(1, true);
        }
        List<String> before = names(dir.resolve("r.csv.parts"));
        SinkContext restored = context(dir, "restored-2", "r.csv");
        live(sink, restored, 4, 2);
        assertThat(dir.resolve("r.csv")).hasContent(expected(4));
        assertThat(names(dir.resolve("r.csv.parts"))).isNotEmpty().isEqualTo(before);

        live(sink, context(dir, "restored-3", "r.csv"), 2, 2);
        assertThat(dir.resolve("r.csv")).hasContent(expected(2));
        assertThat(dir.resolve("r.csv.before-restored-3")).hasContent(expected(4));
    }

    @Test
    void partsStayFew() throws IOException {
        SinkContext context = context(dir, "run-1", "r.csv");
        FileSink sink = new FileSink(new DiskFiles());
        sink.prepare(context);
        External writer = (External) sink.open(context, 0);
        for (long seq = 1; seq <= 600; seq++) {
            writer.write(seq, row(0, seq), 0);
            assertThat(writer.commit(seq, true)).isEqualTo(seq);
            assertThat(names(dir.resolve("r.csv.parts"))).hasSizeLessThan(3 * FileSinkWriter.ROLL_UP);
        }
        writer.close();
        assertThat(((External) sink.open(context, 0)).durableSequence()).isEqualTo(600);
    }

    @Test
    void onlyCheckpointsAndBulkMakeParts() {
        SinkContext context = context(dir, "run-1", "r.csv");
        FileSink sink = new FileSink(new DiskFiles());
        sink.prepare(context);
        External writer = (External) sink.open(context, 0);
        writer.write(1, row(0, 1), 0);
        assertThat(writer.commit(1, false)).isZero();
        assertThat(writer.commit(1, true)).isEqualTo(1);
    }

    @Test
    void refusesADirectory() throws IOException {
        Files.createDirectory(dir.resolve("d"));
        FileSink sink = new FileSink(new DiskFiles());
        assertThatThrownBy(() -> sink.prepare(context(dir, "run-1", "d")))
                .isInstanceOfSatisfying(
                        ConnectorException.class, e -> assertThat(e.retriable()).isFalse())
                .hasMessageContaining("is a directory");
    }

    @Test
    void aMissingPartIsDamageAndNotSilentLoss() throws IOException {
        SinkContext context = context(dir, "run-1", "r.csv");
        FileSink sink = new FileSink(new DiskFiles());
        sink.prepare(context);
        External writer = (External) sink.open(context, 0);
        for (long seq = 1; seq <= 3; seq++) {
            writer.write(seq, row(0, seq), 0);
            writer.commit(seq, true);
        }
        Files.delete(dir.resolve("r.csv.parts/run-1.p0.2-2.l0"));
        assertThatThrownBy(() -> sink.complete(context))
                .hasMessageContaining("damaged")
                .hasMessageContaining("rows 2 to 2");
    }

    /** The process dies before or in the middle of every step of the file system in turn, twice, and goes on: the result is the same. */
    @Test
    void aCrashAtEveryStepChangesNothing() throws IOException {
        int crashes = 0;
        boolean finished = false;
        for (int step = 0; !finished; step++) {
            Path base = Files.createDirectory(dir.resolve("crash" + step));
            SinkContext context = context(base, "run-1", "r.csv");
            List<Integer> plan = List.of(step, step / 3);
            finished = true;
            for (int at : plan) {
                try {
                    live(new FileSink(new Faulty(at, true)), context, 40, 2);
                } catch (Crash e) {
                    crashes++;
                    finished = finished && at != step;
                }
            }
            live(new FileSink(new Faulty(Integer.MAX_VALUE, true)), context, 40, 2);
            assertThat(base.resolve("r.csv")).as("crash at step %d", step).hasContent(expected(40));
            assertThat(Files.exists(base.resolve("r.csv.parts"))).isFalse();
        }
        assertThat(crashes).isGreaterThan(100);
    }

    /** Every step in turn fails once, as on a full disk; the engine goes on with the same writer from what is durable. */
    @Test
    void aFailureAtEveryStepIsRetriable() throws IOException {
        int failures = 0;
        for (int step = 3; ; step++) {
            Path base = Files.createDirectory(dir.resolve("fail" + step));
            SinkContext context = context(base, "run-1", "r.csv");
            new FileSink(new DiskFiles()).prepare(context);
            Faulty faulty = new Faulty(step, false);
            FileSink sink = new FileSink(faulty);
            for (int p = 0; p < PARTITIONS; p++) {
                failures += writeAll(sink, context, p);
            }
            failures += retry(() -> sink.complete(context));
            assertThat(base.resolve("r.csv")).as("failure at step %d", step).hasContent(expected(40));
            if (faulty.stepsLeft >= 0) {
                break;
            }
        }
        assertThat(failures).isGreaterThan(100);
    }

    private static int writeAll(FileSink sink, SinkContext context, int partition) {
        List<External> opened = new ArrayList<>();
        int failures = retry(() -> opened.add((External) sink.open(context, partition)));
        External writer = opened.get(0);
        long durable = writer.durableSequence();
        long seq = durable + 1;
        while (durable < 40) {
            try {
                writer.write(seq, row(partition, seq), 0);
                durable = seq % 2 == 0 ? writer.commit(seq, true) : durable;
                seq++;
            } catch (ConnectorException e) {
                assertThat(e.retriable()).isTrue();
                failures++;
                seq = durable + 1;
            }
        }
        writer.close();
        return failures;
    }

    private static int retry(Runnable action) {
        try {
            action.run();
            return 0;
        } catch (ConnectorException e) {
            assertThat(e.retriable()).isTrue();
            action.run();
            return 1;
        }
    }

    private static final class Crash extends Error {}

    /** Fails once, at a step: as a crash (an Error, with half a write done) or as an IOException. */
    private static final class Faulty implements SinkFiles {

        private final SinkFiles disk = new DiskFiles();
        private final boolean crash;
        private int stepsLeft;

        Faulty(int stepsLeft, boolean crash) {
            this.stepsLeft = stepsLeft;
            this.crash = crash;
        }

        private void step() throws IOException {
            if (--stepsLeft == -1 || (crash && stepsLeft < 0)) {
                if (crash) {
                    throw new Crash();
                }
                throw new IOException("No space left on device");
            }
        }

        @Override
        public OutputStream create(Path path) throws IOException {
            step();
            return new FilterOutputStream(disk.create(path)) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    out.write(bytes, offset, length / 2);
                    step();
                    out.write(bytes, offset + length / 2, length - length / 2);
                }
            };
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            step();
            // Without forcing anything to disk: thousands of runs, and it is the process that dies, not the machine.
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            step();
        }

        @Override
        public void delete(Path path) throws IOException {
            step();
            disk.delete(path);
        }

        @Override
        public void createDirectories(Path directory) throws IOException {
            step();
            disk.createDirectories(directory);
        }

        @Override
        public List<Path> list(Path directory) throws IOException {
            return disk.list(directory);
        }

        @Override
        public boolean exists(Path path) throws IOException {
            return disk.exists(path);
        }

        @Override
        public void copy(Path from, OutputStream to) throws IOException {
            step();
            disk.copy(from, to);
        }

        @Override
        public long sizeBytes(Path path) throws IOException {
            return disk.sizeBytes(path);
        }
    }
}
