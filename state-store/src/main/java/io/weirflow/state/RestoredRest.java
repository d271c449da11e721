package io.weirflow.state;

import java.util.Arrays;
import java.util.List;
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

    /** As {@link Overlay#lookUp}. */
    byte @Nullable [] lookUp(byte[] wholeKey) {
        return table().lookUp(wholeKey, Overlay.hash(wholeKey));
    }

    /** As {@link Overlay#has}. */
    boolean has(byte[] wholeKey) {
        return table().has(wholeKey, Overlay.hash(wholeKey));
    }

    /** Returns the entries of one table, deleted ones included, with the table's own keys. */
    HeapEntries of(byte[] prefix, byte[] from) {
        byte[] end = StateKeys.endOfPrefix(prefix);
        HeapEntries entries = table().from(StateKeys.concat(prefix, from));
        return new HeapEntries() {
            private byte[] wholeKey = prefix;

            @Override
            public boolean next() {
                if (!entries.next()) {
                    return false;
                }
                wholeKey = entries.key();
                return Arrays.compareUnsigned(wholeKey, end) < 0;
            }

            @Override
            public byte[] key() {
                return Arrays.copyOfRange(wholeKey, prefix.length, wholeKey.length);
            }

            @Override
            public byte @Nullable [] value() {
                return entries.value();
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
