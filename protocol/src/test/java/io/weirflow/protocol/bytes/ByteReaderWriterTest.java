package io.weirflow.protocol.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.protocol.WireFormatException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteReaderWriterTest {

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                63,
                64,
                -64,
                -65,
                127,
                128,
                16_383,
                16_384,
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                Long.MIN_VALUE
            })
    void numbersComeBack(long value) {
        ByteWriter out = new ByteWriter(1);
        out.writeVarLong(value);
        out.writeZigZag(value);
        out.writeLong(value);
        ByteReader in = new ByteReader(out.toBytes());
        assertThat(in.readVarLong()).isEqualTo(value);
        assertThat(in.readZigZag()).isEqualTo(value);
        assertThat(in.readLong()).isEqualTo(value);
        assertThat(in.remaining()).isZero();
    }

    /** A number that others follow is read without asking for each byte, and must be the same. */
    @Test
    void numbersInAStreamComeBack() {
        Random random = new Random(7);
        long[] numbers =
                random.longs(5_000).map(number -> number >> random.nextInt(64)).toArray();
        ByteWriter out = new ByteWriter(1);
        for (long number : numbers) {
            out.writeZigZag(number);
        }
        ByteReader in = new ByteReader(out.toBytes());
        for (long number : numbers) {
            assertThat(in.readZigZag()).isEqualTo(number);
        }
        assertThat(in.remaining()).isZero();
    }

    @Test
    void aNumberThatDoesNotEndIsRefusedWhateverFollows() {
        byte[] endless = new byte[40];
        Arrays.fill(endless, (byte) 0x80);
        assertThatThrownBy(() -> new ByteReader(endless).readVarLong()).isInstanceOf(WireFormatException.class);
        endless[10] = 1;
        assertThatThrownBy(() -> new ByteReader(endless).readVarLong()).isInstanceOf(WireFormatException.class);
        endless[9] = 1;
        assertThat(new ByteReader(endless).readVarLong()).isEqualTo(Long.MIN_VALUE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152})
    void aBlockWhoseLengthComesLastIsABlock(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        ByteWriter known = new ByteWriter(1);
        known.writeVarInt(300);
        known.writeBlock(content);
        known.writeByte(9);

        ByteWriter unknown = new ByteWriter(1);
        unknown.writeVarInt(300);
        int begin = unknown.beginBlock();
        unknown.writeBytes(content, 0, length);
        int from = unknown.endBlock(begin);
        assertThat(Arrays.copyOfRange(unknown.array(), from, unknown.size())).isEqualTo(content);
        unknown.writeByte(9);
        assertThat(unknown.toBytes()).isEqualTo(known.toBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 126, 127, 128, 129, 5_000})
    void textsOfAllLengthsComeBack(int length) {
        for (String letter : new String[] {"a", "é", "漢", "😀"}) {
            String text = letter.repeat(length);
            ByteWriter out = new ByteWriter(1);
            out.writeText(text);
            out.writeByte(7);
            ByteReader in = new ByteReader(out.toBytes());
            assertThat(in.readText()).isEqualTo(text);
            assertThat(in.readByte()).isEqualTo(7);
        }
    }

    @Test
    void aWriterGoesBackToAFormerSize() {
        ByteWriter out = new ByteWriter(4);
        out.writeVarInt(300);
        int size = out.size();
        out.writeText("gone");
        out.truncate(size);
        out.writeBlock(new byte[] {9});
        ByteReader in = new ByteReader(out.toBytes());
        assertThat(in.readVarInt()).isEqualTo(300);
        assertThat(in.readBlock()).containsExactly(9);
    }

    @Test
    void aReaderStaysInItsRange() {
        ByteReader in = new ByteReader();
        in.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 2, 3);
        assertThatThrownBy(in::readLong).isInstanceOf(WireFormatException.class);
        assertThat(in.readByte()).isEqualTo(3);
        assertThatThrownBy(() -> in.skip(3)).isInstanceOf(WireFormatException.class);
        assertThatThrownBy(() -> in.skip(-1)).isInstanceOf(WireFormatException.class);
        assertThat(in.remaining()).isEqualTo(2);
    }

    @Test
    void numbersThatDoNotEndOrFitAreRefused() {
        byte[] endless = new byte[11];
        java.util.Arrays.fill(endless, (byte) 0xFF);
        assertThatThrownBy(() -> new ByteReader(endless).readVarLong()).isInstanceOf(WireFormatException.class);
        ByteWriter out = new ByteWriter(16);
        out.writeVarLong(1L << 31);
        assertThatThrownBy(() -> new ByteReader(out.toBytes()).readVarInt()).isInstanceOf(WireFormatException.class);
        assertThatThrownBy(() -> new ByteReader(out.toBytes()).readBlock()).isInstanceOf(WireFormatException.class);
    }
}
