package io.weirflow.worker.operators;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HeapBudgetTest {

    private static final long MIB = 1 << 20;
    private static final long MOST = 32 * MIB;

    private final HeapBudget budget = new HeapBudget(MOST);

    /** Lets look-ups pass and evicts everything. */
    private void evict(int hits, int misses) {
        for (int i = 0; i < hits; i++) {
            budget.hit();
        }
        for (int i = 0; i < misses; i++) {
            budget.miss();
        }
        budget.evicted();
    }

    private boolean allows(long bytes) {
        budget.add(bytes);
        boolean exceeded = budget.exceeded();
        budget.add(-bytes);
        return !exceeded;
    }

    @Test
    void aCacheThatHasNoAnswersMayTakeLess() {
        evict(1, 100);
        assertThat(allows(MOST / 2)).isTrue();
        assertThat(allows(MOST / 2 + 1)).isFalse();
        for (int i = 0; i < 20; i++) {
            evict(1, 100);
        }
        assertThat(allows(2 * MIB)).isTrue();
        assertThat(allows(2 * MIB + 1)).isFalse();
    }

    @Test
    void oneThatHasAnswersMayTakeAll() {
        for (int i = 0; i < 10; i++) {
            evict(1, 100);
        }
        for (int i = 0; i < 10; i++) {
            evict(20, 100);
        }
        assertThat(allows(MOST)).isTrue();
        assertThat(allows(MOST + 1)).isFalse();
    }

    @Test
    void itGetsAllOnceInAWhileToShowWhatItCanDo() {
        int evictions = 1;
        evict(0, 100);
        while (!allows(MOST)) {
            evict(0, 100);
            evictions++;
        }
        assertThat(evictions).isEqualTo(256);
    }

    @Test
    void aSmallBudgetStaysAsItIs() {
        HeapBudget none = new HeapBudget(0);
        none.miss();
        none.evicted();
        assertThat(none.exceeded()).isFalse();
        none.add(1);
        assertThat(none.exceeded()).isTrue();
    }
}
