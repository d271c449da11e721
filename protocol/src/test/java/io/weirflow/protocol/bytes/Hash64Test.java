package io.weirflow.protocol.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Hash64Test {

    private static final long PRIME32 = 2654435761L;
    private static final long PRIME64 = 0x9E3779B185EBCA8DL;

    /** The sanity checks of the reference implementation: prefixes of its test buffer, with and without a seed. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, EF46DB3751D8E999",
        "0, 2654435761, AC75FDA2929B17EF",
        "1, 0, E934A84ADB052768",
        "1, 2654435761, 5014607643A9B4C3",
        "4, 0, 9136A0DCA57457EE",
        "14, 0, 8282DCC4994E35C8",
        "14, 2654435761, C3BD6BF63DEB6DF0",
        "222, 0, B641AE8CB691C174",
        "222, 2654435761, 20CB8AB7AE10C14A"
    })
    void agreesWithTheReference(int length, long seed, String expected) {
        byte[] buffer = new byte[length + 3];
        long generator = PRIME32;
        for (int i = 0; i < length; i++) {
            buffer[i + 3] = (byte) (generator >>> 56);
            generator *= PRIME64;
        }
        assertThat(Hash64.of(buffer, 3, length, seed)).isEqualTo(Long.parseUnsignedLong(expected, 16));
    }

    @ParameterizedTest
    @CsvSource({
        "a, D24EC4F1A98C6E5B",
        "abc, 44BC2CF5AD770999",
        "The quick brown fox jumps over the lazy dog, 0B242D361FDA71BC"
    })
    void agreesWithPublishedHashesOfTexts(String text, String expected) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(Hash64.of(bytes, 0, bytes.length, 0)).isEqualTo(Long.parseUnsignedLong(expected, 16));
    }

    @Test
    void slotsAreInRangeAlsoForHashesThatAreNegative() {
        int[] hits = new int[7];
        for (int i = 0; i < 700; i++) {
            byte[] key = ("key" + i).getBytes(StandardCharsets.UTF_8);
            hits[Hash64.slotOf(key, key.length, 7)]++;
        }
        assertThat(Arrays.stream(hits).min().orElse(0)).isGreaterThan(60);
    }
}
