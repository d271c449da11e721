package io.weirflow.worker.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.testkit.seed.Seeded;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeyFilterTest {

    private static final int KEYS = 300_000;

    /** A filter with keys that are numbered from 0. */
    private static KeyFilter filled(long budgetBytes, int keys) {
        return filled(budgetBytes, keys, 12);
    }

    private static KeyFilter filled(long budgetBytes, int keys, int bitsPerKey) {
        KeyFilter filter = new KeyFilter(new HeapBudget(budgetBytes), bitsPerKey);
        for (int i = 0; i < keys; i++) {
            filter.add(hash(i));
        }
        return filter;
    }

    /** Multiplication alone, as for short keys: the lowest bits are hardly mixed. */
    private static long hash(long number) {
        return number * 0x9E3779B97F4A7C15L;
    }

    private static int mistaken(KeyFilter filter) {
        int mistaken = 0;
        for (int i = KEYS; i < 2 * KEYS; i++) {
            mistaken += filter.mayContain(hash(i)) ? 1 : 0;
        }
        return mistaken;
    }

    @Seeded
    void itNeverDeniesAKeyThatWasAdded(Random random) {
        HeapBudget budget = new HeapBudget(random.nextInt(1 << 16));
        KeyFilter filter = new KeyFilter(budget, 1 + random.nextInt(24));
        long[] added = random.longs(1 + random.nextInt(20_000)).toArray();
        for (int i = 0; i < added.length; i++) {
            boolean others = random.nextInt(100) == 0;
            if (others && !budget.reserve(500)) {
                budget.release(500);
            }
            filter.add(added[i]);
            assertThat(filter.mayContain(added[random.nextInt(i + 1)])).isTrue();
        }
        for (long hash : added) {
            assertThat(filter.mayContain(hash)).isTrue();
        }
    }

    @Test
    void itDeniesNearlyAllOthers() {
        assertThat(mistaken(filled(64 << 20, 0))).isZero();
        assertThat(mistaken(filled(64 << 20, KEYS))).isLessThan(KEYS / 50);
        assertThat(mistaken(filled(64 << 20, KEYS, 8))).isLessThan(KEYS / 20);
    }

    @Test
    void withTooLittleMemoryItDeniesFewer() {
        int mistaken = mistaken(filled(256 << 10, KEYS));
        assertThat(mistaken).isGreaterThan(KEYS / 50);
        assertThat(mistaken(filled(500, KEYS))).isEqualTo(KEYS);
    }

    @Test
    void onceAKeyWasLostForWantOfMemoryItDeniesNone() {
        HeapBudget budget = new HeapBudget(1_000);
        assertThat(budget.reserve(600)).isTrue();
        KeyFilter filter = new KeyFilter(budget, 12);
        filter.add(1);
        budget.release(600);
        filter.add(2);
        assertThat(filter.mayContain(1)).isTrue();
    }

    @Test
    void itGivesItsMemoryBack() {
        HeapBudget budget = new HeapBudget(1 << 20);
        KeyFilter filter = new KeyFilter(budget, 12);
        for (int i = 0; i < 10_000; i++) {
            filter.add(hash(i));
        }
        assertThat(budget.reserve(3 << 18)).isFalse();
        filter.release();
        assertThat(budget.reserve(3 << 18)).isTrue();
    }
}
