package io.weirflow.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the ends of changelogs take on the heap is taken once, and given back once, however they end. */
final class HeapAllowanceTest {

    private static final byte[] PROGRESS = {1};
    private static final long ALL = 1 << 20;

    private final HeapAllowance allowance = new HeapAllowance(ALL);

    private SlotStore restored() {
        SlotStore store = SlotStore.open(new HeapBackend());
        Restore restore = store.beginRestore();
        restore.put("key".getBytes(StandardCharsets.UTF_8), PROGRESS);
        restore.finishOnHeap(PROGRESS, 1, allowance);
        return store;
    }

    private void assertTaken(boolean some) {
        boolean all = allowance.take(ALL);
        assertThat(all).as("all of it is there").isEqualTo(!some);
        if (all) {
            allowance.giveBack(ALL);
        }
    }

    @Test
    void isGivenBackByTheFirstCommit() {
        try (SlotStore store = restored()) {
            assertTaken(true);
            store.commit(store.freeze(), PROGRESS, 2);
            assertTaken(false);
            store.commit(store.freeze(), PROGRESS, 3);
            assertTaken(false);
        }
        assertTaken(false);
    }

    @Test
    void isGivenBackOnceByWhoeverHasItLast() {
        SlotStore first = restored();
        SlotStore second = first.handOver();
        assertTaken(true);
        second.close();
        second.close();
        assertTaken(false);
    }

    @Test
    void isGivenBackByAnotherRestoreAndByAWipe() {
        try (SlotStore store = restored()) {
            Restore restore = store.beginRestore();
            assertTaken(false);
            restore.finishOnHeap(PROGRESS, 2, allowance);
            store.wipe();
            assertTaken(false);
        }
    }

    @Test
    void whatDoesNotFitIsWritten() {
        try (SlotStore store = SlotStore.open(new HeapBackend())) {
            Restore restore = store.beginRestore();
            restore.put("key".getBytes(StandardCharsets.UTF_8), PROGRESS);
            restore.finishOnHeap(PROGRESS, 1, new HeapAllowance(10));
            assertThat(store.overlayBytes()).isZero();
            assertThat(store.progress().orElseThrow().changelogNextOffset()).isEqualTo(1);
        }
    }

    @Test
    void isNotNegative() {
        assertThatThrownBy(() -> new HeapAllowance(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
