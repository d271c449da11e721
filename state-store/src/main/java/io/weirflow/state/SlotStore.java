package io.weirflow.state;

import io.weirflow.api.state.StateTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The state of one slot: tables whose changes stay on the heap until a checkpoint has made them durable in the changelog, over a back end
 * that holds committed state only (rule R6).
 *
 * <p>A checkpoint: the slot's thread calls {@link #freeze()} and goes on; the worker writes the {@link Delta} and the progress to the
 * changelog in a Kafka transaction; after its commit it calls {@link #commit}. When the transaction fails, or its outcome is unknown, discard
 * the store as a whole: close it and open it again from its back end, which knows nothing of the frozen delta.
 *
 * <p>A read looks into, in this order: the overlay (changed since the last freeze), the frozen delta (changed before it, not committed
 * yet), the last committed delta as long as it is small (what was changed lately is read again soon, and this saves the way to RocksDB), what a
 * restore has left on the heap (until the first commit), the back end.
 *
 * <p>Threads: everything is the slot thread's, but {@link #commit} and {@link #close()}, which any thread may call. {@code commit} publishes
 * its result in this order: back end, removal of what a restore has left, recently committed delta, removal of the frozen one; a reader that looks from the top to the bottom
 * therefore finds each change in at least one layer.
 */
public final class SlotStore implements AutoCloseable {

    /** A committed delta is kept for reading up to this size on the heap. */
    private static final long MAX_RECENT_BYTES = 16L << 20;

    private final StateBackend backend;
    private final List<SlotTable> tables = new ArrayList<>();
    private final Map<TableId, SlotTable> tablesById = new HashMap<>();

    private volatile @Nullable FrozenDelta frozen;
    private volatile @Nullable FrozenDelta recent;
    private final AtomicReference<@Nullable RestoredRest> rest;
    private volatile boolean closed;
    private boolean restoring;

    private record TableId(int step, String name) {}

    private SlotStore(StateBackend backend, @Nullable RestoredRest rest) {
        this.backend = backend;
        this.rest = new AtomicReference<>(rest);
    }

    /** Opens a store over a back end, which it owns from now on. Restore it first, unless its {@link #progress()} is up to date. */
    public static SlotStore open(StateBackend backend) {
        return new SlotStore(backend, null);
    }

    /**
     * Returns a table; the same one for the same arguments.
     *
     * @param step the number of the operator in its stage, 0 or more
     * @param name unique in the operator; part of the persistent keys
     * @throws IllegalArgumentException when the step is negative or the name contains a NUL character
     */
    public StateTable table(int step, String name) {
        return tablesById.computeIfAbsent(new TableId(step, name), id -> {
            SlotTable table = new SlotTable(this, tables.size(), StateKeys.tablePrefix(step, name));
            tables.add(table);
            return table;
        });
    }

    /**
     * Hands over the changes since the last freeze, in time that does not depend on their number. Reads go on seeing them. The delta may
     * be empty; it must be committed all the same before the next freeze.
     *
     * @throws IllegalStateException when the delta before is not committed yet
     */
    public Delta freeze() {
        checkUsable();
        if (frozen != null) {
            throw new IllegalStateException("the delta of the last freeze is not committed yet");
        }
        @Nullable FrozenTable[] byTable = new @Nullable FrozenTable[tables.size()];
        List<FrozenTable> changed = new ArrayList<>();
        int size = 0;
        long bytes = 0;
        for (SlotTable table : tables) {
            Overlay overlay = table.takeOverlay();
            if (overlay != null) {
                FrozenTable frozenTable = new FrozenTable(table.prefix(), overlay);
                byTable[table.number()] = frozenTable;
                changed.add(frozenTable);
                size += overlay.changes();
                bytes += overlay.changeBytes() + (long) overlay.changes() * table.prefix().length;
            }
        }
        FrozenDelta delta = new FrozenDelta(byTable, changed, size, bytes);
        frozen = delta;
        return delta;
    }

    /**
     * Goes through the changes of the frozen delta as its iterator does, and makes its write to the back end ready on the way: changes are spread over memory, and to go through them twice
     * takes twice as long. At most once for each delta, by one thread; each change is valid until the next one is asked for.
     *
     * @throws IllegalStateException when this is not the delta of the last freeze
     */
    public Iterator<Change> changes(Delta delta) {
        return new PreparingChanges(current(delta), backend.prepare(delta));
    }

    private FrozenDelta current(Delta delta) {
        FrozenDelta current = frozen;
        if (current == null || current != delta) {
            throw new IllegalStateException("not the delta of the last freeze, or committed before");
        }
        return current;
    }

    /**
     * Writes the frozen delta to the back end, together with the progress, as one batch; then drops the frozen layer. Call it after the
     * Kafka transaction with the same delta was committed, on any thread.
     *
     * @param changelogNextOffset the offset after the transaction's last record in the changelog
     * @throws IllegalStateException when this is not the delta of the last freeze, or the store is closed
     * @throws StateException when the back end cannot write; discard the store
     */
    public void commit(Delta delta, byte[] progress, long changelogNextOffset) {
        if (closed) {
            throw closedException();
        }
        FrozenDelta current = current(delta);
        writeRest();
        write(current, new StoredProgress(progress, changelogNextOffset));
        dropRest();
        recent = current.heapBytes() <= MAX_RECENT_BYTES ? current : null;
        frozen = null;
    }

    private void write(FrozenDelta delta, StoredProgress progress) {
        PreparedWrite prepared = delta.prepared();
        if (prepared == null) {
            backend.write(delta, progress);
        } else {
            prepared.write(progress);
            // The delta may be kept for reading.
            delta.setPrepared(null);
        }
    }

    private void writeRest() {
        RestoredRest left = rest.get();
        if (left != null) {
            backend.write(left.changes(), left.progress());
        }
    }

    private void dropRest() {
        RestoredRest left = rest.getAndSet(null);
        if (left != null) {
            left.release();
        }
    }

    /** Returns what the back end holds durably; empty when the state must be restored from the beginning of the changelog. */
    public Optional<StoredProgress> progress() {
        checkUsable();
        return backend.progress();
    }

    /**
     * Begins to apply the changelog on top of what {@link #progress()} covers, or of what a restore before has left on the heap. To start over instead, {@link #wipe()} first.
     *
     * @throws IllegalStateException when tables were changed already
     */
    public Restore beginRestore() {
        checkUsable();
        checkUnchanged("restored");
        writeRest();
        dropRest();
        restoring = true;
        forgetReads();
        return new Restore(backend, left -> {
            rest.set(left);
            restoring = false;
        });
    }

    /**
     * Removes the whole local state.
     *
     * @throws IllegalStateException when tables were changed and not committed
     */
    public void wipe() {
        if (closed) {
            throw closedException();
        }
        checkUnchanged("wiped");
        restoring = false;
        dropRest();
        forgetReads();
        backend.clear();
    }

    /** What was read from the back end is about to be wrong. */
    private void forgetReads() {
        recent = null;
        tables.forEach(SlotTable::forgetReads);
    }

    private void checkUnchanged(String what) {
        if (frozen != null || tables.stream().anyMatch(SlotTable::isChanged)) {
            throw new IllegalStateException(
                    "a store with changes that are not committed cannot be " + what + ": open it anew");
        }
    }

    /** Returns roughly the heap that changes take until the next checkpoint is committed. Call it on the slot's thread. */
    public long overlayBytes() {
        RestoredRest left = rest.get();
        return unfrozenBytes() + heapBytes(frozen) + heapBytes(left == null ? null : left.changes());
    }

    private static long heapBytes(@Nullable FrozenDelta layer) {
        return layer == null ? 0 : layer.heapBytes();
    }

    /** Returns roughly the heap that changes since the last freeze take. Call it on the slot's thread. */
    public long unfrozenBytes() {
        long bytes = 0;
        for (SlotTable table : tables) {
            bytes += table.overlayBytes();
        }
        return bytes;
    }

    /** Returns roughly the size of the committed state where the back end keeps it. */
    public long approximateSizeBytes() {
        return backend.approximateSizeBytes();
    }

    /**
     * Gives the back end up to a new store, without what is not committed. This one is of no more use; to close either of them closes the back end. Call it
     * on the slot's thread, when no commit is under way.
     */
    public SlotStore handOver() {
        if (closed) {
            throw closedException();
        }
        closed = true;
        return new SlotStore(backend, rest.getAndSet(null));
    }

    /** Drops what is not committed and closes the back end. Calling it again has no effect. */
    @Override
    public void close() {
        closed = true;
        dropRest();
        backend.close();
    }

    StateBackend backend() {
        return backend;
    }

    @Nullable
    FrozenDelta frozen() {
        return frozen;
    }

    @Nullable
    FrozenDelta recent() {
        return recent;
    }

    @Nullable
    RestoredRest rest() {
        return rest.get();
    }

    void checkUsable() {
        if (closed) {
            throw closedException();
        }
        if (restoring) {
            throw new IllegalStateException("the state is being restored: finish the restore first");
        }
    }

    private static IllegalStateException closedException() {
        return new IllegalStateException("the state of this slot is closed");
    }
}
