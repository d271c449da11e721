package io.weirflow.state;

import io.weirflow.protocol.bytes.KeyOrder;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The changes of one table that a {@link FrozenDelta} holds. Immutable; its order is made when first asked for, by whichever thread. */
final class FrozenTable {

    final byte[] prefix;
    private final Overlay overlay;
    private Overlay.@Nullable Entry @Nullable [] sorted;

    FrozenTable(byte[] prefix, Overlay overlay) {
        this.prefix = prefix;
        this.overlay = overlay;
    }

    Overlay.@Nullable Entry find(byte[] key, int hash) {
        return overlay.find(key, hash);
    }

    long heapBytes() {
        return overlay.bytes();
    }

    synchronized Overlay.Entry[] sorted() {
        Overlay.Entry[] entries = sorted;
        if (entries == null) {
            entries = overlay.entries();
            KeyOrder.sort(entries, entry -> entry.key);
            sorted = entries;
        }
        return entries;
    }

    /** Returns the entries from this key on, deleted ones included. */
    Iterator<Overlay.Entry> from(byte[] from) {
        Overlay.Entry[] entries = sorted();
        int low = 0;
        int high = entries.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Arrays.compareUnsigned(entries[middle].key, from) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Arrays.asList(entries).subList(low, entries.length).iterator();
    }
}
