package io.weirflow.testkit.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.state.StateTable;
import io.weirflow.state.Delta;
import io.weirflow.state.HeapAllowance;
import io.weirflow.state.HeapBackend;
import io.weirflow.state.Restore;
import io.weirflow.state.SlotStore;
import io.weirflow.testkit.seed.Seeded;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a store must do over any back end. Extend it and say where the back end lives:
 *
 * <pre>{@code
 * final class MyBackendTest extends StateStoreSuite {
 *     protected BackendSite site(Path directory) { ... }
 * }
 * }</pre>
 *
 * <p>The model is a sorted map for each table; the changelog is recorded from the deltas.
 */
public abstract class StateStoreSuite {

    private static final int STEPS = 1500;
    private static final byte[] NOTHING = {};

    private final HeapAllowance allowance = new HeapAllowance(1 << 20);

    /** Returns a new place in this directory, which is empty. */
    protected abstract BackendSite site(Path directory);

    @Seeded(seeds = 25)
    void behavesLikeSortedMapsThroughCheckpointsAndCrashes(Random random, @TempDir Path directory) {
        try (BackendSite site = site(directory);
                StoreRun run = new StoreRun(site, random)) {
            run.run(STEPS);
        }
    }

    @Seeded(seeds = 10)
    void aStoreRebuiltFromItsChangelogEqualsTheLiveOne(
            Random random, @TempDir Path directory, @TempDir Path otherDirectory) {
        try (BackendSite site = site(directory);
                StoreRun run = new StoreRun(site, random);
                BackendSite other = site(otherDirectory)) {
            run.run(STEPS);
            List<String> expected = run.durable().contents();
            try (SlotStore rebuilt = run.changelog().recover(other.open())) {
                assertThat(ModelTables.contents(rebuilt)).isEqualTo(expected);
                rebuilt.wipe();
                assertThat(ModelTables.contents(rebuilt)).isEmpty();
                assertThat(rebuilt.progress()).isEmpty();
            }
            try (SlotStore rebuilt = run.changelog().rebuild(other.open())) {
                assertThat(ModelTables.contents(rebuilt)).isEqualTo(expected);
            }
        }
    }

    @Test
    void aLargeRestoreThatIsInterruptedLeavesNothing(@TempDir Path directory) {
        try (BackendSite site = site(directory)) {
            SlotStore store = SlotStore.open(site.open());
            Delta old = putAndFreeze(store, "old", 1);
            store.commit(old, NOTHING, 1);
            Delta large = largeDelta(otherStore());
            Restore restore = store.beginRestore();
            large.forEach(restore::put);
            site.crash();

            SlotStore reopened = SlotStore.open(site.open());
            assertThat(reopened.progress()).isEmpty();
            assertThat(count(reopened)).isZero();
            Restore again = reopened.beginRestore();
            large.forEach(again::put);
            again.finish(NOTHING, 42);
            assertThat(count(reopened)).isEqualTo(large.size());
            site.crash();

            try (SlotStore restored = SlotStore.open(site.open())) {
                if (site.survivesCrashes()) {
                    assertThat(restored.progress().orElseThrow().changelogNextOffset())
                            .isEqualTo(42);
                    assertThat(count(restored)).isEqualTo(large.size());
                } else {
                    assertThat(restored.progress()).isEmpty();
                }
            }
        }
    }

    @Test
    void aSmallRestoreThatIsInterruptedLeavesWhatWasThere(@TempDir Path directory) {
        try (BackendSite site = site(directory)) {
            SlotStore store = SlotStore.open(site.open());
            store.commit(putAndFreeze(store, "old", 1), NOTHING, 1);
            store.close();
            store = SlotStore.open(site.open());
            Delta missed = putAndFreeze(otherStore(), "new", 2);
            Restore restore = store.beginRestore();
            missed.forEach(restore::put);
            site.crash();

            try (SlotStore reopened = SlotStore.open(site.open())) {
                assertThat(reopened.progress().isPresent()).isEqualTo(site.survivesCrashes());
                assertThat(count(reopened)).isEqualTo(site.survivesCrashes() ? 1 : 0);
            }
        }
    }

    @Test
    void whatARestoreLeavesOnTheHeapIsWrittenByTheFirstCommit(@TempDir Path directory) {
        try (BackendSite site = site(directory)) {
            SlotStore store = SlotStore.open(site.open());
            store.commit(putAndFreeze(store, "old", 1), NOTHING, 1);
            Restore restore = store.beginRestore();
            putAndFreeze(otherStore(), "new", 2).forEach(restore::put);
            restore.finishOnHeap(NOTHING, 2, allowance);
            assertThat(count(store)).isEqualTo(2);
            assertThat(store.overlayBytes()).isPositive();
            assertThat(store.progress().orElseThrow().changelogNextOffset()).isEqualTo(1);

            store.commit(store.freeze(), NOTHING, 3);
            assertThat(count(store)).isEqualTo(2);
            assertThat(store.overlayBytes()).isZero();
            assertThat(store.progress().orElseThrow().changelogNextOffset()).isEqualTo(3);
            store.close();
        }
    }

    @Test
    void aLargeRestoreLeavesNothingOnTheHeap(@TempDir Path directory) {
        try (BackendSite site = site(directory);
                SlotStore store = SlotStore.open(site.open())) {
            Delta large = largeDelta(otherStore());
            Restore restore = store.beginRestore();
            large.forEach(restore::put);
            restore.finishOnHeap(NOTHING, 2, allowance);
            assertThat(store.overlayBytes()).isZero();
            assertThat(store.progress().orElseThrow().changelogNextOffset()).isEqualTo(2);
            assertThat(count(store)).isEqualTo(large.size());
        }
    }

    /** As below, with a layer that the first commit after a restore moves into the back end. */
    @Test
    void readsNeverMissWhatARestoreLeftOnTheHeap(@TempDir Path directory) throws Exception {
        try (BackendSite site = site(directory);
                SlotStore store = SlotStore.open(site.open())) {
            StateTable table = store.table(0, "t");
            ExecutorService committer = Executors.newSingleThreadExecutor();
            try {
                for (int round = 1; round <= 300; round++) {
                    Restore restore = store.beginRestore();
                    putAndFreeze(otherStore(), "restored", round).forEach(restore::put);
                    restore.finishOnHeap(NOTHING, 2L * round, allowance);
                    Delta delta = putAndFreeze(store, "own", round);
                    long next = 2L * round + 1;
                    Future<?> committed = committer.submit(() -> store.commit(delta, NOTHING, next));
                    boolean done;
                    do {
                        done = committed.isDone();
                        assertThat(table.get("restored".getBytes(StandardCharsets.UTF_8)))
                                .isEqualTo(number(round));
                        assertThat(count(store)).isEqualTo(2);
                    } while (!done);
                    committed.get();
                }
            } finally {
                committer.shutdownNow();
            }
        }
    }

    @Test
    void anEmptyDeltaStillMovesTheProgress(@TempDir Path directory) {
        try (BackendSite site = site(directory);
                SlotStore store = SlotStore.open(site.open())) {
            Delta empty = store.freeze();
            assertThat(empty.size()).isZero();
            store.commit(empty, new byte[] {7}, 3);
            assertThat(store.progress().orElseThrow().progress()).containsExactly(7);
            assertThat(store.progress().orElseThrow().changelogNextOffset()).isEqualTo(3);
        }
    }

    @Test
    void changesAreCountedUntilTheyAreCommitted(@TempDir Path directory) {
        try (BackendSite site = site(directory);
                SlotStore store = SlotStore.open(site.open())) {
            assertThat(store.overlayBytes()).isZero();
            Delta delta = putAndFreeze(store, "key", 1);
            assertThat(delta.bytes()).isGreaterThanOrEqualTo(4);
            assertThat(store.overlayBytes()).isGreaterThanOrEqualTo(delta.bytes());
            assertThatThrownBy(store::wipe).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(store::beginRestore).isInstanceOf(IllegalStateException.class);
            store.commit(delta, NOTHING, 1);
            assertThat(store.overlayBytes()).isZero();
        }
    }

    /** The slot's thread reads without a pause while another commits: no read may fall between the layers. */
    @Test
    void readsNeverFallBetweenTheLayersDuringACommit(@TempDir Path directory) throws InterruptedException {
        int keys = 50;
        int rounds = 300;
        try (BackendSite site = site(directory);
                SlotStore store = SlotStore.open(site.open())) {
            StateTable table = store.table(0, "t");
            SynchronousQueue<Delta> handOver = new SynchronousQueue<>();
            AtomicReference<@Nullable Delta> committed = new AtomicReference<>();
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Thread committer = new Thread(() -> {
                try {
                    for (int round = 1; round <= rounds; round++) {
                        Delta delta = handOver.take();
                        store.commit(delta, NOTHING, round);
                        committed.set(delta);
                    }
                } catch (InterruptedException | RuntimeException e) {
                    failure.set(e);
                }
            });
            committer.start();
            try {
                for (int round = 1; round <= rounds && failure.get() == null; round++) {
                    // Every third key has no value in odd rounds, so that tombstones are read through, too.
                    for (int key = 0; key < keys; key++) {
                        if (isAbsent(key, round)) {
                            table.delete(number(key));
                        } else {
                            table.put(number(key), number(round));
                        }
                    }
                    Delta delta = store.freeze();
                    handOver.put(delta);
                    do {
                        checkRound(table, keys, round);
                    } while (committed.get() != delta && failure.get() == null);
                    checkRound(table, keys, round);
                }
            } finally {
                committer.interrupt();
                committer.join();
            }
            assertThat(failure.get()).isNull();
        }
    }

    private static boolean isAbsent(int key, int round) {
        return key % 3 == 0 && round % 2 == 1;
    }

    private static void checkRound(StateTable table, int keys, int round) {
        List<Integer> expected = new ArrayList<>();
        for (int key = 0; key < keys; key++) {
            byte[] value = table.get(number(key));
            assertThat(value == null ? 0 : ByteBuffer.wrap(value).getInt()).isEqualTo(isAbsent(key, round) ? 0 : round);
            if (!isAbsent(key, round)) {
                expected.add(key);
            }
        }
        List<Integer> scanned = new ArrayList<>();
        try (StateTable.Cursor cursor = table.scan(NOTHING, null)) {
            while (cursor.next()) {
                scanned.add(ByteBuffer.wrap(cursor.key()).getInt());
                assertThat(ByteBuffer.wrap(cursor.value()).getInt()).isEqualTo(round);
            }
        }
        assertThat(scanned).isEqualTo(expected);
    }

    @Test
    void aPrefetchChangesNoAnswer(@TempDir Path directory) {
        int keys = 3_000;
        try (BackendSite site = site(directory);
                SlotStore store = SlotStore.open(site.open())) {
            StateTable table = store.table(0, "t");
            // Values of all sizes, also such as no room was made for.
            for (int key = 0; key < keys; key += 2) {
                table.put(number(key), new byte[key % 500 == 0 ? 20_000 + key : key % 300]);
            }
            store.commit(store.freeze(), NOTHING, 1);
            table.delete(number(2));
            Delta later = store.freeze();
            table.put(number(4), number(4));

            table.prefetch(
                    IntStream.range(0, keys).mapToObj(StateStoreSuite::number).toList());
            table.put(number(6), number(6));
            table.put(number(1), number(1));
            store.commit(later, NOTHING, 2);
            assertThat(table.get(number(1))).isEqualTo(number(1));
            assertThat(table.get(number(2))).isNull();
            assertThat(table.get(number(4))).isEqualTo(number(4));
            assertThat(table.get(number(6))).isEqualTo(number(6));
            for (int key = 7; key < keys; key++) {
                byte[] expected = key % 2 == 1 ? null : new byte[key % 500 == 0 ? 20_000 + key : key % 300];
                assertThat(table.get(number(key))).isEqualTo(expected);
            }

            store.commit(store.freeze(), NOTHING, 3);
            assertThat(table.get(number(1))).isEqualTo(number(1));
            assertThat(table.get(number(6))).isEqualTo(number(6));
        }
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    private static SlotStore otherStore() {
        return SlotStore.open(new HeapBackend());
    }

    private static Delta putAndFreeze(SlotStore store, String key, int value) {
        store.table(0, "t").put(key.getBytes(StandardCharsets.UTF_8), number(value));
        return store.freeze();
    }

    /** More than a restore applies at once. */
    private static Delta largeDelta(SlotStore store) {
        Random random = new Random(1);
        for (int key = 0; key < 12_000; key++) {
            byte[] value = new byte[1000];
            random.nextBytes(value);
            store.table(0, "t").put(number(key), value);
        }
        return store.freeze();
    }

    private static int count(SlotStore store) {
        int count = 0;
        try (StateTable.Cursor cursor = store.table(0, "t").scan(NOTHING, null)) {
            while (cursor.next()) {
                count++;
            }
        }
        return count;
    }
}
