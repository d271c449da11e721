package io.weirflow.state;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies records of the changelog, in their order, to the back end of a {@link SlotStore}. Used by one thread. A restore that fits into
 * one batch is applied as one; a larger one marks the local state as incomplete first, so that a crash before {@link #finish} is noticed on
 * the next open, which then starts from nothing.
 */
public final class Restore {

    private static final long BATCH_BYTES = 4L << 20;

    private final StateBackend backend;
    private final Runnable onFinished;
    private RawBatch batch = new RawBatch();
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
        batch.add(key, value);
        if (batch.bytes >= BATCH_BYTES) {
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
        backend.load(batch);
        batch = new RawBatch();
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
            backend.write(batch, stored);
        }
        finished = true;
        onFinished.run();
    }

    /** Changes in the order of the changelog; a key may come several times, and the last one counts. */
    private static final class RawBatch implements Delta {
        private final List<byte[]> keys = new ArrayList<>();
        private final List<byte @Nullable []> values = new ArrayList<>();
        private long bytes;

        void add(byte[] key, byte @Nullable [] value) {
            keys.add(key);
            values.add(value);
            bytes += key.length + (value == null ? 0 : value.length);
        }

        @Override
        public int size() {
            return keys.size();
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public void forEach(ChangeConsumer consumer) {
            for (int i = 0; i < keys.size(); i++) {
                consumer.accept(keys.get(i), values.get(i));
            }
        }
    }
}
