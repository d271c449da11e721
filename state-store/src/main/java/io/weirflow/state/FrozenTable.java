package io.weirflow.state;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The changes of one table that a {@link FrozenDelta} holds. Immutable; its order is made when first asked for, by whichever thread. */
final class FrozenTable {

    final byte[] prefix;
    private final Overlay overlay;

    FrozenTable(byte[] prefix, Overlay overlay) {
        this.prefix = prefix;
        this.overlay = overlay;
    }

    /** As {@link Overlay#lookUp}. */
    byte @Nullable [] lookUp(byte[] key, int hash) {
        return overlay.lookUp(key, hash);
    }

    /** As {@link Overlay#has}. */
    boolean has(byte[] key, int hash) {
        return overlay.has(key, hash);
    }

    long heapBytes() {
        return overlay.bytes();
    }

    /** Goes through what is to be written, in the order of keys; each is valid until the next one is asked for. */
    Iterator<Change> changes() {
        putInOrder();
        return overlay.changes(prefix);
    }

    /** Returns the entries from this key on, deleted ones included. */
    HeapEntries from(byte[] from) {
        putInOrder();
        return overlay.from(from);
    }

    private synchronized void putInOrder() {
        overlay.putInOrder();
    }
}
