package io.weirflow.state;

import io.weirflow.api.state.StateTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the committed state of one slot lives: an ordered map of bytes and one progress record, which change together or not at all.
 *
 * <p>{@link #get}, {@link #getAll}, {@link #scan} and {@link #sweep} are called by the slot's thread, {@link #write} by the thread that commits checkpoints, at the same
 * time. Everything else is called while no other call is under way, but for {@link #close()}, which may come at any time. A use after
 * {@code close()} is an {@link IllegalStateException}.
 *
 * <p>Keys carry their namespace in front (see {@link StateKeys}); those of {@linkplain StateKeys#isEngineKey the engine} are not passed
 * in. Errors of all methods: {@link StateCorruptException} when the data is found to be damaged, {@link StateIOException} when the disk
 * refuses.
 */
public interface StateBackend extends AutoCloseable {

    /** Returns the value, or null. The caller does not change it. A write that has returned is seen. */
    byte @Nullable [] get(byte[] key);

    /** Returns the values of keys in their order, null for those that there are not, as {@link #get} does for each. */
    default List<byte @Nullable []> getAll(List<byte[]> keys) {
        List<byte @Nullable []> values = new ArrayList<>(keys.size());
        for (byte[] key : keys) {
            values.add(get(key));
        }
        return values;
    }

    /**
     * Returns the entries from {@code from} (inclusive) to {@code to} (exclusive) in the order of unsigned bytes. Of a write that runs
     * after the cursor was opened it may show any part, so the caller must know such a write and cover it.
     */
    StateTable.Cursor scan(byte[] from, byte[] to);

    /** As {@link #scan}, for what is not read again soon. */
    default StateTable.Cursor sweep(byte[] from, byte[] to) {
        return scan(from, to);
    }

    /**
     * Applies the changes and replaces the progress record, as one. After a crash there is what some write has left, this one or one before it: the
     * changelog has the rest.
     */
    void write(Delta delta, StoredProgress progress);

    /** Begins a write to which the changes of a delta are added one by one. Called by the thread that writes. */
    default PreparedWrite prepare(Delta delta) {
        return new PreparedWrite() {
            @Override
            public void add(Change change) {
                // The delta has it.
            }

            @Override
            public void write(StoredProgress progress) {
                StateBackend.this.write(delta, progress);
            }
        };
    }

    /** Returns what the {@link #write} or {@link #endLoad} stored that has left the content; empty for a new, wiped or incompletely loaded one. */
    Optional<StoredProgress> progress();

    /**
     * Begins a bulk load on top of what is there. From now on, until {@link #endLoad}, the content counts as incomplete: when the
     * process ends before, the next open must find nothing, or what some write before has left.
     */
    void beginLoad();

    /** Applies changes during a bulk load. They need not be durable before {@link #endLoad}. */
    void load(Delta delta);

    /** Makes everything that was loaded durable, then valid, with this progress. */
    void endLoad(StoredProgress progress);

    /** Removes all entries, the progress record and what a bulk load left behind. */
    void clear();

    /** Returns roughly how much the state takes where it is kept. */
    long approximateSizeBytes();

    /** Releases everything, open cursors included, and has what was written made durable, which may go on behind it. Calling it again has no effect. */
    @Override
    void close();
}
