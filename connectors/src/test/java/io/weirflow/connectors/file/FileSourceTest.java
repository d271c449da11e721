package io.weirflow.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.connectors.Kit;
import io.weirflow.connectors.Kit.Collector;
import io.weirflow.connectors.Kit.Seen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSourceTest {

    @TempDir
    Path dir;

    private final FileSource source = new FileSource();

    private void write(String name, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Path path = dir.resolve(name);
        Files.createDirectories(path.getParent());
        Files.write(path, name.endsWith(".gz") ? gzip(bytes) : bytes);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private SourceContext context(String format, Object... options) {
        return Kit.source(dir, format, Kit.options(options));
    }

    private Collector read(SourceContext context) {
        return Kit.drain(source.open(context, 0), 0, 3);
    }

    @Test
    void readsLinesOfEveryKind() throws IOException {
        write("a.txt", "\uFEFFone\r\n\ntwo\nlast");
        assertThat(read(context("raw", "path", "a.txt")).texts()).containsExactly("one", "", "two", "last");
        write("empty.txt", "");
        assertThat(read(context("raw", "path", "empty.txt")).texts()).isEmpty();
        write("empty.gz", "");
        assertThat(read(context("raw", "path", "empty.gz")).texts()).isEmpty();
    }

    @Test
    void csvRecordsMaySpanLines() throws IOException {
        write("a.csv", "h,i\r\n1,\"x\ny\"\"\n\"\n2,it\"s\n\"3\",\"\"\n");
        Collector all = read(context("csv", "path", "a.csv", "header", true));
        assertThat(all.headers).containsExactly("h,i");
        assertThat(all.texts()).containsExactly("1,\"x\ny\"\"\n\"", "2,it\"s", "\"3\",\"\"");
    }

    @Test
    void anUnclosedQuoteCostsOneLine() throws IOException {
        write("a.csv", "1,\"x\n2,b\n3,c\n");
        Collector all = read(context("csv", "path", "a.csv"));
        assertThat(all.texts()).containsExactly("1,\"x", "2,b", "3,c");
        assertThat(all.seen.get(0).reason()).contains("quote");
        assertThat(all.seen.get(1).reason()).isNull();
        write("b.csv", "1,\"x\n" + "2,bbbbbbbb\n".repeat(20_000));
        Collector large = read(context("csv", "path", "b.csv", "max_record_bytes", 1000L));
        assertThat(large.seen).hasSize(20_001);
        assertThat(large.seen).filteredOn(seen -> seen.reason() != null).hasSize(1);
    }

    @Test
    void oversizedRecordsAreCutOffAndCounted() throws IOException {
        String huge = "x".repeat(300_000);
        write("a.txt", "one\n" + huge + "\ntwo\n" + huge);
        Collector all = read(context("raw", "path", "a.txt", "max_record_bytes", 1000L));
        assertThat(all.texts()).containsExactly("one", "x".repeat(4096), "two", "x".repeat(4096));
        assertThat(all.seen.get(1).reason()).isEqualTo("the record has 300000 bytes; max_record_bytes is 1000");
        assertThat(all.seen.get(3).reason()).contains("300000");
        assertThat(all.seen.get(1).nextPosition()).isEqualTo(all.seen.get(2).position());
        write("b.txt", "0123456789\n01234567890\nx\n");
        Collector small = read(context("raw", "path", "b.txt", "max_record_bytes", 10L));
        assertThat(small.seen).extracting(seen -> seen.reason() == null).containsExactly(true, false, true);
    }

    /** From every position, plain and compressed, lines and CSV with a header, the rest is the same as in one go. */
    @Test
    void resumesAnywhere() throws IOException {
        Random random = new Random(3);
        for (int round = 0; round < 24; round++) {
            boolean csv = round % 2 == 0;
            String ending = round % 4 < 2 ? ".txt" : ".gz";
            Path former = dir;
            dir = Files.createDirectory(dir.resolve("round" + round));
            for (int file = 0; file < 2; file++) {
                write("f" + file + ending, (csv ? "h,i\n" : "") + text(random, csv));
            }
            List<Path> files = FileSet.resolve(dir, "*" + ending);
            Options options = Kit.options("path", "*" + ending, "header", true, "max_record_bytes", 70_000L);
            assertThat(source.partitions(Kit.source(dir, "csv", options))).isEqualTo(2);
            Collector all = Kit.drain(reader(files, csv), 0, 7);
            assertThat(all.seen).isNotEmpty();
            for (int i = 0; i < all.seen.size(); i++) {
                Collector rest = Kit.drain(reader(files, csv), all.seen.get(i).nextPosition(), 1 + random.nextInt(9));
                assertThat(rest.seen).isEqualTo(all.seen.subList(i + 1, all.seen.size()));
            }
            assertThat(all.seen).isSortedAccordingTo((a, b) -> Long.compare(a.position(), b.position()));
            dir = former;
        }
    }

    private static PartitionReader reader(List<Path> files, boolean csv) {
        return new FileReader(
                files,
                new FileReader.Settings(csv, false, 70_000),
                csv ? new RecordEnd.CsvRecords((byte) ',') : new RecordEnd.Lines());
    }

    private static String text(Random random, boolean csv) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i >= 0; i--) {
            String filler = "é".repeat(random.nextInt(random.nextInt(20) == 0 ? 90_000 : 30));
            text.append(csv && random.nextInt(3) == 0 ? "\"" + filler + "\n\"\"x\"" : filler);
            text.append(random.nextInt(4) == 0 ? "\r\n" : "\n");
        }
        return random.nextBoolean() ? text.toString() : text.append("end").toString();
    }

    @Test
    void patternsAndPartitions() throws IOException {
        for (int i = 0; i < 70; i++) {
            write("d/f%02d.txt".formatted(i), "r" + i + "\n");
        }
        write("d/.hidden.txt", "no\n");
        write("d/deep/g.txt", "deep\n");
        SourceContext context = context("raw", "path", "d/f*.txt");
        assertThat(source.partitions(context)).isEqualTo(64);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            texts.addAll(Kit.drain(source.open(context, i), 0, 5).texts());
        }
        assertThat(texts).hasSize(70).startsWith("r0", "r64", "r1", "r65").endsWith("r63");
        assertThat(source.partitions(context("raw", "path", "d/*.txt"))).isEqualTo(64);
        assertThat(source.partitions(context("raw", "path", "d/**.txt"))).isEqualTo(64);
        assertThat(source.partitions(context("raw", "path", "*/deep/*"))).isEqualTo(1);
        PartitionReader reader = source.open(context, 1);
        Collector both = Kit.drain(reader, 0, 5);
        Seen second = both.seen.get(1);
        assertThat(reader.logName(second.position())).endsWith("f65.txt");
        assertThat(reader.logOffset(second.nextPosition())).isEqualTo(4);
    }

    @Test
    void saysWhatIsAbsent() throws IOException {
        assertThatThrownBy(() -> source.partitions(context("raw", "path", "no.txt")))
                .isInstanceOf(ConnectorException.class)
                .hasMessageContaining(dir.resolve("no.txt").toString());
        assertThatThrownBy(() -> source.partitions(context("raw", "path", "no/*.txt")))
                .hasMessageContaining("no file matches 'no/*.txt'");
        Files.createDirectory(dir.resolve("sub"));
        assertThatThrownBy(() -> source.partitions(context("raw", "path", "sub")))
                .hasMessageContaining("directory");
        Files.write(dir.resolve("bad.gz"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> source.partitions(context("raw", "path", "bad.gz")))
                .hasMessageContaining("gzip");
    }

    @Test
    void aCutOffArchiveIsTold() throws IOException {
        byte[] whole = gzip(text(new Random(1), false).getBytes(StandardCharsets.UTF_8));
        Files.write(dir.resolve("a.gz"), java.util.Arrays.copyOf(whole, whole.length - 9));
        assertThatThrownBy(() -> read(context("raw", "path", "a.gz")))
                .isInstanceOfSatisfying(
                        ConnectorException.class, e -> assertThat(e.retriable()).isFalse())
                .hasMessageContaining("cut off");
    }

    @Test
    void aFileThatShrankIsTold() throws IOException {
        for (String name : List.of("a.txt", "a.gz")) {
            write(name, "one\ntwo\n");
            long position = read(context("raw", "path", name)).seen.get(1).nextPosition();
            write(name, "one\n");
            assertThatThrownBy(() -> Kit.drain(source.open(context("raw", "path", name), 0), position, 5))
                    .isInstanceOf(ConnectorException.class)
                    .hasMessageContaining("shorter");
        }
    }

    @Test
    void otherFilesAreTold() throws IOException {
        write("b.txt", "one\ntwo\n");
        SourceContext context = context("raw", "path", "*.txt");
        long position = read(context).seen.get(0).nextPosition();
        write("a.txt", "three\nfour\n");
        assertThatThrownBy(() -> Kit.drain(source.open(context, 0), position, 5))
                .hasMessageContaining("have changed");
    }

    @Test
    void followsAFileThatGrows() throws IOException {
        write("log", "one\ntw");
        PartitionReader reader = source.open(context("raw", "path", "log", "follow", true), 0);
        Collector seen = new Collector();
        reader.seek(0);
        reader.poll(seen, 10);
        assertThat(seen.texts()).containsExactly("one");
        Files.writeString(dir.resolve("log"), "o\nthree\n", StandardOpenOption.APPEND);
        reader.poll(seen, 10);
        reader.poll(seen, 10);
        assertThat(seen.texts()).containsExactly("one", "two", "three");
        assertThat(reader.ended()).isFalse();
        Files.writeString(dir.resolve("log"), "x");
        assertThatThrownBy(() -> reader.poll(seen, 10)).hasMessageContaining("truncated");
    }

    @Test
    void aFollowedFileThatIsReplacedIsTold() throws IOException {
        write("log", "one\n");
        PartitionReader reader = source.open(context("raw", "path", "log", "follow", true), 0);
        reader.seek(0);
        reader.poll(new Collector(), 10);
        Files.move(dir.resolve("log"), dir.resolve("log.1"));
        assertThatThrownBy(() -> reader.poll(new Collector(), 10)).hasMessageContaining("removed or renamed");
        write("log", "two\n");
        assertThatThrownBy(() -> reader.poll(new Collector(), 10)).hasMessageContaining("replaced");
    }

    @Test
    void checksOptions() {
        assertThat(source.check(Kit.options("path", "a*.gz", "follow", true, "max_record_bytes", 0L)))
                .extracting("option")
                .containsExactly("follow", "max_record_bytes");
        assertThat(source.formatOptions(Kit.options("path", "x", "delimiter", ";", "header", true)))
                .isEqualTo(Kit.options("delimiter", ";", "header", true));
    }
}
