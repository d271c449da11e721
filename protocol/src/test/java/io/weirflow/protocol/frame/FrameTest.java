package io.weirflow.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.protocol.Fixtures;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FrameTest {

    private static final SenderId SENDER = new SenderId(3, new Incarnation(2), 130);

    private record Line(int port, long eventTimeMs, String text) {}

    @Test
    void framesComeBackHoweverTheyAreCut() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            boolean ports = random.nextBoolean();
            List<Line> lines = lines(random, ports);
            FrameBuilder one = new FrameBuilder(SENDER, ports, 0, 0);
            FrameBuilder many = new FrameBuilder(SENDER, ports, 0, 0);
            List<Line> back = new ArrayList<>();
            FrameReader reader = new FrameReader();
            long sequence = 0;
            long hash = 0;
            for (Line line : lines) {
                add(one, line);
                add(many, line);
                if (random.nextInt(4) == 0) {
                    reader.open(many.build(sequence, false));
                    assertThat(reader.firstSequence()).as("seed %s", seed).isEqualTo(sequence + 1);
                    assertThat(reader.hashBefore()).as("seed %s", seed).isEqualTo(hash);
                    assertThat(reader.watermarkMs()).isEqualTo(sequence);
                    sequence = reader.lastSequence();
                    hash = reader.hashAfter();
                    back.addAll(rows(reader));
                }
            }
            reader.open(many.build(FrameBuilder.NO_WATERMARK, true));
            assertThat(reader.idle()).isTrue();
            assertThat(reader.watermarkMs()).isEqualTo(FrameBuilder.NO_WATERMARK);
            assertThat(reader.sender()).isEqualTo(SENDER);
            assertThat(reader.severalPorts()).isEqualTo(ports);
            back.addAll(rows(reader));
            assertThat(back).as("seed %s", seed).isEqualTo(lines);

            long after = reader.hashAfter();
            reader.open(one.build(0, false));
            assertThat(reader.hashAfter()).as("seed %s", seed).isEqualTo(after);
            assertThat(reader.skip(lines.size())).as("seed %s", seed).isEqualTo(after);
        }
    }

    @Test
    void aPortThatIsLeftOutIsLeftOutOfTheHashToo() {
        FrameBuilder builder = new FrameBuilder(SENDER, false, 0, 0);
        add(builder, new Line(5, 1, "x"));
        FrameReader reader = new FrameReader();
        reader.open(builder.build(FrameBuilder.NO_WATERMARK, false));
        assertThat(reader.skip(1)).isEqualTo(reader.hashAfter());
    }

    @Test
    void everyPartOfARowIsInTheHash() {
        assertThat(List.of(
                        hash(new Line(0, 1, "a")),
                        hash(new Line(1, 1, "a")),
                        hash(new Line(0, 2, "a")),
                        hash(new Line(0, 1, "b")),
                        hash(new Line(0, 1, ""))))
                .doesNotHaveDuplicates();
    }

    @Test
    void damagedFramesAreRefusedOrReadButNothingElseHappens() {
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            FrameBuilder builder = new FrameBuilder(SENDER, random.nextBoolean(), 0, 0);
            lines(random, true).forEach(line -> add(builder, line));
            byte[] frame = builder.build(17, false);
            if (random.nextInt(3) == 0) {
                frame = java.util.Arrays.copyOf(frame, random.nextInt(frame.length + 1));
            }
            for (int i = random.nextInt(5); i >= 0 && frame.length > 0; i--) {
                frame[random.nextInt(Math.min(frame.length, 40))] = (byte) random.nextInt();
            }
            FrameReader reader = new FrameReader();
            try {
                reader.open(frame);
                assertThat(rows(reader)).hasSize(reader.count());
            } catch (WireFormatException e) {
                assertThat(e.getMessage()).as("seed %s", seed).isNotEmpty();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void aFrameOfANewerVersionIsRefusedAsSuch() {
        byte[] frame = new FrameBuilder(SENDER, false, 0, 0).build(1, false);
        frame[1]++;
        assertThatThrownBy(() -> new FrameReader().open(frame))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("newer version");
    }

    /** The file is never changed: these bytes are in topics. */
    @Test
    void framesOfVersion1AreReadAndStillWritten() {
        FrameBuilder builder = new FrameBuilder(SENDER, true, 41, 0x0123456789ABCDEFL);
        add(builder, new Line(0, 1_000, "first"));
        add(builder, new Line(2, 990, "späte Zeile"));
        byte[] fixture = HexFormat.of()
                .parseHex(new String(Fixtures.bytes("wire/frame-v1.hex"), StandardCharsets.US_ASCII).strip());
        FrameReader reader = new FrameReader();
        reader.open(fixture);
        assertThat(reader.sender()).isEqualTo(SENDER);
        assertThat(reader.firstSequence()).isEqualTo(42);
        assertThat(reader.watermarkMs()).isEqualTo(980);
        assertThat(rows(reader)).containsExactly(new Line(0, 1_000, "first"), new Line(2, 990, "späte Zeile"));
        assertThat(builder.build(980, true)).isEqualTo(fixture);
    }

    private static long hash(Line line) {
        FrameBuilder builder = new FrameBuilder(SENDER, true, 0, 0);
        add(builder, line);
        return builder.hash();
    }

    private static void add(FrameBuilder builder, Line line) {
        byte[] bytes = ("<" + line.text).getBytes(StandardCharsets.UTF_8);
        builder.add(line.port, line.eventTimeMs, bytes, 1, bytes.length - 1);
    }

    private static List<Line> rows(FrameReader reader) {
        List<Line> lines = new ArrayList<>();
        ByteReader row = new ByteReader();
        while (reader.next()) {
            reader.row(row);
            int length = row.remaining();
            int from = row.skip(length);
            lines.add(new Line(
                    reader.port(),
                    reader.eventTimeMs(),
                    new String(row.array(), from, length, StandardCharsets.UTF_8)));
        }
        return lines;
    }

    private static List<Line> lines(Random random, boolean ports) {
        List<Line> lines = new ArrayList<>();
        for (int i = random.nextInt(30); i >= 0; i--) {
            lines.add(new Line(
                    ports ? random.nextInt(200) : 0,
                    random.nextInt(20) == 0 ? random.nextLong() : random.nextInt(1_000),
                    "r".repeat(random.nextInt(6)) + i));
        }
        return lines;
    }
}
