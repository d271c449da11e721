package io.weirflow.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies records of the changelog, in their order, to the back end of a {@link SlotStore}. Used by one thread. A restore that fits into
 * one batch is applied as one; a larger one marks the local state as incomplete first, so that a crash before {@link #finish} is noticed on
 * the next open, which then starts from nothing.
 */
public final class Restore {

    private static final byte[] NO_PREFIX = {};
    private static final long BATCH_BYTES = 8L << 20;

    private final StateBackend backend;
    private final Runnable onFinished;
    private Overlay batch = new Overlay();
    private boolean loading;
    private boolean finished;

    Restore(StateBackend backend, Runnable onFinished) {
        this.backend = backend;
        this.onFinished = onFinished;
    }

    /**
     * Applies a value of the changelog. The arrays are kept: do not change them.
     *
     * @param value null when the changelog holds a tombstone
     * @throws IllegalArgumentException for a key of the engine ({@link StateKeys#isEngineKey}): these are the caller's to read
     */
    public void put(byte[] key, byte @Nullable [] value) {
        if (finished) {
            throw new IllegalStateException("the restore is finished");
        }
        if (StateKeys.isEngineKey(key)) {
            throw new IllegalArgumentException("a key of the engine does not belong into the tables");
        }
        int hash = Overlay.hash(key);
        Overlay.Entry entry = batch.find(key, hash);
        if (entry == null) {
            batch.add(new Overlay.Entry(key, hash, false, value));
        } else {
            batch.update(entry, value);
        }
        if (batch.changeBytes() >= BATCH_BYTES) {
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
    private Delta delta() {
        FrozenTable table = new FrozenTable(NO_PREFIX, batch);
        Delta delta = new FrozenDelta(new FrozenTable[] {table}, List.of(table), batch.changes(), batch.changeBytes());
        batch = new Overlay();
        return delta;
    }

    /**
     * Makes the restored state valid.
     *
     * @param progress the newest progress record among what was read from the changelog
     * @param changelogNextOffset the offset after the last record that was read
     */
    public void finish(byte[] progress, long changelogNextOffset) {
        if (finished) {
            throw new IllegalStateException("the restore is finished");
        }
        StoredProgress stored = new StoredProgress(progress, changelogNextOffset);
        if (loading) {
            flush();
            backend.endLoad(stored);
        } else {
            backend.write(delta(), stored);
        }
        finished = true;
        onFinished.run();
    }
}
