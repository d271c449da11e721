package io.weirflow.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a sorted map. Empty values in the map stand for deletions. */
final class OverlayTest {

    private static final int STEPS = 20_000;
    private static final byte[] DELETED = {};
    private static final byte[] PREFIX = {7, 7};

    private final Overlay overlay = new Overlay();
    private final TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesLikeASortedMap(long seed) {
        Random random = new Random(seed);
        // Few keys are changed often and in growing values; many make the order grow, by one key or by many between two
        // scans.
        int keys = 1 << 3 + random.nextInt(14);
        int orderEvery = 1 << random.nextInt(12);
        for (int step = 0; step < STEPS; step++) {
            byte[] key = key(random, keys);
            if (random.nextInt(4) == 0) {
                write(key, null);
            } else {
                write(key, bytes(random, 1 + random.nextInt(60)));
            }
            assertThat(lookUp(key(random, keys))).isTrue();
            if (step % orderEvery == 0) {
                overlay.putInOrder();
            }
            if (step % (STEPS / 10) == 0) {
                byte[] from = key(random, keys);
                assertThat(scan(from)).containsExactlyElementsOf(expected(from));
            }
        }
        assertThat(scan(DELETED)).containsExactlyElementsOf(expected(DELETED));
        assertThat(changes()).containsExactlyElementsOf(expected(DELETED));
    }

    @Test
    void aWayThroughItGoesOnWhereItIsWhenOthersHavePutMoreInOrder() {
        for (int i = 0; i < 1000; i++) {
            write(new byte[] {(byte) (i >> 2), (byte) (i << 6)}, new byte[] {1});
        }
        overlay.putInOrder();
        HeapEntries entries = overlay.from(DELETED);
        List<String> passed = new ArrayList<>();
        List<String> expected = expected(DELETED);
        while (entries.next()) {
            byte[] key = entries.key();
            passed.add(shown(key, entries.value()));
            // One just after where it is, and one at the beginning, so that chunks are split before it.
            write(new byte[] {key[0], key[1], 1}, new byte[] {2});
            overlay.putInOrder();
            write(new byte[] {0, 0, (byte) passed.size(), (byte) (passed.size() >> 8)}, new byte[] {3});
        }
        assertThat(passed).filteredOn(entry -> entry.endsWith("=01")).containsExactlyElementsOf(expected);
        assertThat(entries.next()).isFalse();
    }

    @Test
    void aKeyThatCameAndWentIsNoChange() {
        byte[] key = {1};
        overlay.add(key, Overlay.hash(key), true, new byte[] {2, 3, 4}, 2);
        assertThat(overlay.changes()).isEqualTo(1);
        assertThat(overlay.changeBytes()).isEqualTo(3);
        overlay.update(overlay.find(key, Overlay.hash(key)), null, 0);
        assertThat(overlay.changes()).isZero();
        assertThat(overlay.changeBytes()).isZero();
        assertThat(changes()).isEmpty();
        assertThat(overlay.lookUp(key, Overlay.hash(key))).isNull();
    }

    @Test
    void whoeverPutsAKeyMayUseItsArraysAgain() {
        byte[] key = {1, 2};
        byte[] value = {3, 4};
        overlay.add(key, Overlay.hash(key), false, value, Overlay.length(value));
        key[0] = 9;
        value[0] = 9;
        assertThat(overlay.lookUp(new byte[] {1, 2}, Overlay.hash(new byte[] {1, 2})))
                .isEqualTo(new byte[] {3, 4});
        assertThat(overlay.lookUp(key, Overlay.hash(key))).isSameAs(Overlay.UNKNOWN);
    }

    @Test
    void valuesLargerThanAnArrayOfManyHaveOneOfTheirOwn() {
        write(new byte[] {1}, new byte[] {1});
        byte[] large = bytes(new Random(1), 3 << 20);
        write(new byte[] {2}, large);
        write(new byte[] {3}, new byte[] {3});
        write(new byte[] {1}, large);
        assertThat(scan(DELETED)).containsExactlyElementsOf(expected(DELETED));
        assertThat(overlay.bytes()).isBetween(6L << 20, 7L << 20);
    }

    private void write(byte[] key, byte @Nullable [] value) {
        overlay.put(key, value);
        model.put(key, value == null ? DELETED : value);
    }

    private boolean lookUp(byte[] key) {
        byte[] found = overlay.lookUp(key, Overlay.hash(key));
        byte[] known = model.get(key);
        if (known == null) {
            return found == Overlay.UNKNOWN;
        }
        return found == null ? known == DELETED : Arrays.equals(found, known);
    }

    private List<String> scan(byte[] from) {
        overlay.putInOrder();
        HeapEntries entries = overlay.from(from);
        List<String> seen = new ArrayList<>();
        while (entries.next()) {
            seen.add(shown(entries.key(), entries.value()));
        }
        return seen;
    }

    private List<String> changes() {
        List<String> seen = new ArrayList<>();
        new FrozenTable(PREFIX, overlay).changes().forEachRemaining(change -> {
            byte[] wholeKey = change.key();
            assertThat(Arrays.copyOf(wholeKey, PREFIX.length)).isEqualTo(PREFIX);
            seen.add(shown(Arrays.copyOfRange(wholeKey, PREFIX.length, wholeKey.length), change.value()));
        });
        return seen;
    }

    private List<String> expected(byte[] from) {
        List<String> entries = new ArrayList<>();
        for (Map.Entry<byte[], byte[]> entry : model.tailMap(from, true).entrySet()) {
            entries.add(shown(entry.getKey(), entry.getValue() == DELETED ? null : entry.getValue()));
        }
        return entries;
    }

    private static String shown(byte[] key, byte @Nullable [] value) {
        return HexFormat.of().formatHex(key) + "="
                + (value == null ? "deleted" : HexFormat.of().formatHex(value));
    }

    private static byte[] key(Random random, int keys) {
        long number = random.nextInt(keys) * 0x9E3779B97F4A7C15L;
        byte[] key = new byte[3 + (int) (number >>> 8 & 15)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (number >>> 8 * (i % 8));
        }
        return key;
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
