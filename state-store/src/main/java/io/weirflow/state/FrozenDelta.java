package io.weirflow.state;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The frozen layer of a {@link SlotStore}: what was changed between two freezes, table by table. */
final class FrozenDelta implements Delta {

    /** By table number; null where nothing changed. */
    private final @Nullable FrozenTable[] byTable;

    private final List<FrozenTable> inKeyOrder;
    private final int size;
    private final long bytes;
    private final long heapBytes;

    /** Set by whoever goes through the changes, read by whoever commits them. */
    private volatile @Nullable PreparedWrite prepared;

    FrozenDelta(@Nullable FrozenTable[] byTable, List<FrozenTable> changed, int size, long bytes) {
        this.byTable = byTable;
        // No prefix begins another, so the order of prefixes is the order of all keys.
        this.inKeyOrder = changed.stream()
                .sorted((a, b) -> Arrays.compareUnsigned(a.prefix, b.prefix))
                .toList();
        this.size = size;
        this.bytes = bytes;
        this.heapBytes = changed.stream().mapToLong(FrozenTable::heapBytes).sum();
    }

    @Nullable
    FrozenTable table(int number) {
        return number < byTable.length ? byTable[number] : null;
    }

    long heapBytes() {
        return heapBytes;
    }

    /** Returns the write of all changes; null when it was not prepared. */
    @Nullable
    PreparedWrite prepared() {
        return prepared;
    }

    void setPrepared(@Nullable PreparedWrite write) {
        prepared = write;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public Iterator<Change> iterator() {
        return new Iterator<>() {
            private final Iterator<FrozenTable> tables = inKeyOrder.iterator();
            private Iterator<Change> changes = Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                while (!changes.hasNext() && tables.hasNext()) {
                    changes = tables.next().changes();
                }
                return changes.hasNext();
            }

            @Override
            public Change next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return changes.next();
            }
        };
    }
}
