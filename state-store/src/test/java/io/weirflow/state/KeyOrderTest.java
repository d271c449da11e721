package io.weirflow.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KeyOrderTest {

    private static final int SEEDS = 60;

    /** Few letters and short keys, so that keys begin alike and begin each other; one in three seeds has a prefix in common to all. */
    @Test
    void keysComeInTheOrderOfUnsignedBytes() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            byte[][] keys = keys(random, seed);
            byte[][] expected = keys.clone();
            Arrays.sort(expected, Arrays::compareUnsigned);
            byte[][] actual = Arrays.stream(KeyOrder.sorted(entries(keys)))
                    .map(entry -> entry.key)
                    .toArray(byte[][]::new);
            assertThat(Arrays.deepEquals(actual, expected)).as("seed " + seed).isTrue();
        }
    }

    private static byte[][] keys(Random random, int seed) {
        int letters = 2 + random.nextInt(254);
        int maxLength = 1 + random.nextInt(24);
        byte[] prefix = new byte[seed % 3 == 0 ? 11 : 0];
        int wanted = random.nextInt(3_000);
        Set<List<Byte>> seen = new HashSet<>();
        byte[][] keys = new byte[wanted][];
        int count = 0;
        for (int i = 0; i < wanted; i++) {
            byte[] key = Arrays.copyOf(prefix, prefix.length + random.nextInt(maxLength + 1));
            for (int at = prefix.length; at < key.length; at++) {
                key[at] = (byte) random.nextInt(letters);
            }
            if (seen.add(boxed(key))) {
                keys[count++] = key;
            }
        }
        return Arrays.copyOf(keys, count);
    }

    private static List<Byte> boxed(byte[] key) {
        Byte[] boxed = new Byte[key.length];
        for (int i = 0; i < key.length; i++) {
            boxed[i] = key[i];
        }
        return List.of(boxed);
    }

    private static Overlay.Entry[] entries(byte[][] keys) {
        return Arrays.stream(keys)
                .map(key -> new Overlay.Entry(key, Overlay.hash(key), false, key))
                .toArray(Overlay.Entry[]::new);
    }
}
