package io.weirflow.protocol.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeyOrderTest {

    private record Item(byte[] key, int number) {}

    @Test
    void sortsAsUnsignedBytesAndKeepsTheOrderOfEqualKeys() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] prefix = new byte[random.nextInt(12)];
            random.nextBytes(prefix);
            int letters = 1 + random.nextInt(256);
            int maxLength = 1 + random.nextInt(20);
            Item[] items = new Item[random.nextInt(seed % 10 == 0 ? 3_000 : 600)];
            for (int i = 0; i < items.length; i++) {
                byte[] key = Arrays.copyOf(prefix, prefix.length + random.nextInt(maxLength));
                for (int at = prefix.length; at < key.length; at++) {
                    key[at] = (byte) random.nextInt(letters);
                }
                items[i] = new Item(key, i);
            }
            Item[] expected = items.clone();
            Arrays.sort(expected, (a, b) -> {
                int order = Arrays.compareUnsigned(a.key, b.key);
                return order != 0 ? order : Integer.compare(a.number, b.number);
            });
            KeyOrder.sort(items, Item::key);
            assertThat(items).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void ranksAgreeWithTheOrder() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            byte[] a = new byte[random.nextInt(11)];
            byte[] b = new byte[random.nextInt(11)];
            for (byte[] key : new byte[][] {a, b}) {
                for (int at = Math.max(0, key.length - 3); at < key.length; at++) {
                    key[at] = (byte) (random.nextInt(3) - 1);
                }
            }
            byte[] buffer = Arrays.copyOf(a, a.length + random.nextInt(10));
            Arrays.fill(buffer, a.length, buffer.length, (byte) random.nextInt());
            assertThat(KeyOrder.rank(buffer, a.length)).isEqualTo(KeyOrder.rank(a));
            int order = KeyOrder.compare(a, KeyOrder.rank(a), b, KeyOrder.rank(b));
            assertThat(Integer.signum(order))
                    .as("%s and %s", Arrays.toString(a), Arrays.toString(b))
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(a, b)));
        }
    }
}
