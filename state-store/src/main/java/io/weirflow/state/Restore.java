package io.weirflow.state;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Applies records of the changelog, in their order, to the back end of a {@link SlotStore}. Used by one thread. A restore that fits into
 * one batch is applied as one; a larger one marks the local state as incomplete first, so that a crash before its end is noticed on
 * the next open, which then starts from nothing.
 */
public final class Restore {

    private static final long BATCH_BYTES = 8L << 20;

    /** Of a large one, each batch after the first. Several go on at once, and what outlives the young generation makes the collector stop the worker for longer. */
    private static final long LOAD_BYTES = 2L << 20;

    private final StateBackend backend;
    private final Consumer<@Nullable RestoredRest> onFinished;
    private Overlay batch = new Overlay();
    private boolean loading;
    private boolean finished;

    /** @param onFinished takes what is valid and not in the back end, null when nothing is */
    Restore(StateBackend backend, Consumer<@Nullable RestoredRest> onFinished) {
        this.backend = backend;
        this.onFinished = onFinished;
    }

    /**
     * Applies a value of the changelog. The arrays are copied.
     *
     * @param value null when the changelog holds a tombstone
     * @throws IllegalArgumentException for a key of the engine ({@link StateKeys#isEngineKey}): these are the caller's to read
     */
    public void put(byte[] key, byte @Nullable [] value) {
        checkUnfinished();
        if (StateKeys.isEngineKey(key)) {
            throw new IllegalArgumentException("a key of the engine does not belong into the tables");
        }
        batch.put(key, value);
        if (batch.changeBytes() >= (loading ? LOAD_BYTES : BATCH_BYTES)) {
            flush();
        }
    }

    /** Applies a tombstone of the changelog. */
    public void delete(byte[] key) {
        put(key, null);
    }

    private void flush() {
        if (!loading) {
            backend.beginLoad();
            loading = true;
        }
        backend.load(delta());
    }

    /** Takes the batch: each key once, with its last value, and in order. RocksDB takes up keys in order twice as fast. */
    private FrozenDelta delta() {
        FrozenDelta delta = RestoredRest.changes(batch);
        batch = new Overlay();
        return delta;
    }

    /** Returns whether there was more than one batch, so that it takes up to seconds to finish. */
    public boolean loading() {
        return loading;
    }

    /**
     * Makes the restored state valid in the back end.
     *
     * @param progress the newest progress record among what was read from the changelog
     * @param changelogNextOffset the offset after the last record that was read
     */
    public void finish(byte[] progress, long changelogNextOffset) {
        checkUnfinished();
        StoredProgress stored = new StoredProgress(progress, changelogNextOffset);
        if (loading) {
            flush();
            backend.endLoad(stored);
        } else {
            backend.write(delta(), stored);
        }
        finish(null);
    }

    /**
     * Makes the restored state valid in the store, as {@link #finish(byte[], long)} does, but leaves it on the heap when it is little: the store's next commit writes
     * it. So whoever has to go on does not wait for the disk. Until then the back end holds what it held before.
     *
     * @param allowance what may stay on the heap, of this and of others
     */
    public void finishOnHeap(byte[] progress, long changelogNextOffset, HeapAllowance allowance) {
        checkUnfinished();
        StoredProgress stored = new StoredProgress(progress, changelogNextOffset);
        if (loading || !allowance.take(batch.bytes())) {
            finish(progress, changelogNextOffset);
        } else {
            finish(new RestoredRest(delta(), stored, allowance));
        }
    }

    private void finish(@Nullable RestoredRest rest) {
        finished = true;
        onFinished.accept(rest);
    }

    private void checkUnfinished() {
        if (finished) {
            throw new IllegalStateException("the restore is finished");
        }
    }
}
