package io.weirflow.testkit.state;

import io.weirflow.state.Delta;
import io.weirflow.state.HeapAllowance;
import io.weirflow.state.Restore;
import io.weirflow.state.SlotStore;
import io.weirflow.state.StateBackend;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A changelog in memory, and the recovery that a worker does from it. The progress is the number of the checkpoint, in eight bytes. */
final class Changelog {

    private record Change(byte[] key, byte @Nullable [] value) {}

    private final List<Change> changes = new ArrayList<>();
    private final HeapAllowance allowance = new HeapAllowance(5_000);
    private long checkpoint;

    /** The transaction of a checkpoint. */
    void append(Delta delta) {
        List<byte[]> keys = new ArrayList<>();
        delta.forEach((key, value) -> {
            keys.add(key);
            changes.add(new Change(key, value));
        });
        checkpoint++;
        if (keys.size() != delta.size()) {
            throw new AssertionError("a delta of " + delta.size() + " has " + keys.size() + " changes");
        }
        for (int i = 1; i < keys.size(); i++) {
            if (Arrays.compareUnsigned(keys.get(i - 1), keys.get(i)) >= 0) {
                throw new AssertionError("the delta is not ordered, or not coalesced");
            }
        }
    }

    long nextOffset() {
        return changes.size();
    }

    byte[] progress() {
        return ByteBuffer.allocate(Long.BYTES).putLong(checkpoint).array();
    }

    /** Opens a store and brings it to the end of this log. */
    SlotStore recover(StateBackend backend) {
        SlotStore store = SlotStore.open(backend);
        if (isBehind(store)) {
            restore(store, from(store), changes.size()).finish(progress(), nextOffset());
        }
        return store;
    }

    /** As {@link #recover(StateBackend)}, but in up to three restores, one upon another, of which each may leave its end on the heap. */
    SlotStore recoverInParts(StateBackend backend, Random random) {
        SlotStore store = SlotStore.open(backend);
        if (isBehind(store)) {
            int next = from(store);
            for (int part = random.nextInt(3); part >= 0; part--) {
                int end = part == 0 ? changes.size() : next + random.nextInt(changes.size() - next + 1);
                Restore restore = restore(store, next, end);
                // Only the whole log is a checkpoint; a prefix has one that nobody recognises.
                byte[] reached = part == 0 ? progress() : new byte[0];
                if (random.nextBoolean()) {
                    restore.finish(reached, end);
                } else {
                    restore.finishOnHeap(reached, end, allowance);
                }
                next = end;
            }
        }
        return store;
    }

    private boolean isBehind(SlotStore store) {
        return checkpoint > 0
                && store.progress()
                        .filter(stored -> Arrays.equals(stored.progress(), progress()))
                        .isEmpty();
    }

    private static int from(SlotStore store) {
        return store.progress()
                .map(stored -> (int) stored.changelogNextOffset())
                .orElse(0);
    }

    private Restore restore(SlotStore store, int from, int to) {
        Restore restore = store.beginRestore();
        changes.subList(from, to).forEach(change -> restore.put(change.key(), change.value()));
        return restore;
    }

    /** Opens a store over an empty back end and restores it from what log compaction leaves: the last value of each key. */
    SlotStore rebuild(StateBackend empty) {
        Map<byte[], Change> last = new TreeMap<>(Arrays::compareUnsigned);
        changes.forEach(change -> last.put(change.key(), change));
        SlotStore store = SlotStore.open(empty);
        Restore restore = store.beginRestore();
        last.values().forEach(change -> restore.put(change.key(), change.value()));
        restore.finish(progress(), nextOffset());
        return store;
    }
}
