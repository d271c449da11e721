package io.weirflow.state;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The last records of a changelog that a restore has read, as a layer between the changes and the back end: a slot that has just been taken over goes
 * on without waiting for the disk, which may be busy with the loads of others for a second. Its keys are whole, with the namespaces of their tables.
 * Immutable.
 *
 * @param changes the newest value of each key
 * @param progress what is valid once the changes are in the back end
 * @param allowance what its heap was taken from
 */
record RestoredRest(FrozenDelta changes, StoredProgress progress, HeapAllowance allowance) {

    private static final byte[] NO_PREFIX = {};

    /** Takes what a restore has gathered. */
    static FrozenDelta changes(Overlay gathered) {
        FrozenTable table = new FrozenTable(NO_PREFIX, gathered);
        return new FrozenDelta(new FrozenTable[] {table}, List.of(table), gathered.changes(), gathered.changeBytes());
    }

    /** Called once, when it is not needed any more. */
    void release() {
        allowance.giveBack(changes.heapBytes());
    }

    Overlay.@Nullable Entry find(byte[] wholeKey) {
        return table().find(wholeKey, Overlay.hash(wholeKey));
    }

    /** Returns the entries of one table, deleted ones included, with the table's own keys. */
    Iterator<Overlay.Entry> of(byte[] prefix, byte[] from) {
        byte[] end = StateKeys.endOfPrefix(prefix);
        Iterator<Overlay.Entry> entries = table().from(StateKeys.concat(prefix, from));
        return new Iterator<>() {
            private Overlay.@Nullable Entry next = advance();

            private Overlay.@Nullable Entry advance() {
                if (!entries.hasNext()) {
                    return null;
                }
                Overlay.Entry entry = entries.next();
                return Arrays.compareUnsigned(entry.key, end) < 0 ? entry.withoutPrefix(prefix.length) : null;
            }

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public Overlay.Entry next() {
                Overlay.Entry current = next;
                if (current == null) {
                    throw new NoSuchElementException("no more entries of the table");
                }
                next = advance();
                return current;
            }
        };
    }

    private FrozenTable table() {
        FrozenTable table = changes.table(0);
        if (table == null) {
            throw new IllegalStateException("a rest has one table");
        }
        return table;
    }
}
