package io.weirflow.state;

import io.weirflow.api.state.StateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One table of a {@link SlotStore}. The heap layers hold the table's own keys; the namespace is put in front only on the way to the back
 * end, so that a look-up on the heap makes no key.
 */
final class SlotTable implements StateTable {

    private final SlotStore store;
    private final int number;
    private final byte[] prefix;
    private final byte[] end;

    private Overlay overlay = new Overlay();

    /** The key of the last get that found nothing in any layer: the put that follows it need not be written when it is deleted again. */
    private byte @Nullable [] lastMiss;

    /**
     * What the back end held of keys that no layer above knew when they were prefetched; a null value where it held nothing. Until the next freeze a change of such a key is in the overlay,
     * which hides it here, and no commit reaches it, so there is nothing to keep up to date.
     */
    private @Nullable Overlay prefetched;

    SlotTable(SlotStore store, int number, byte[] prefix) {
        this.store = store;
        this.number = number;
        this.prefix = prefix;
        this.end = StateKeys.endOfPrefix(prefix);
    }

    int number() {
        return number;
    }

    byte[] prefix() {
        return prefix;
    }

    boolean isChanged() {
        return overlay.changes() > 0;
    }

    long overlayBytes() {
        return overlay.size() == 0 ? 0 : overlay.bytes();
    }

    /** Returns the overlay and begins a new one; null when it is empty. */
    @Nullable
    Overlay takeOverlay() {
        forgetReads();
        if (overlay.size() == 0) {
            return null;
        }
        Overlay taken = overlay;
        // What changed in one interval is a good guess of what will change in the next.
        overlay = new Overlay(taken.size());
        return taken;
    }

    void forgetReads() {
        prefetched = null;
        lastMiss = null;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        store.checkUsable();
        int hash = Overlay.hash(key);
        byte[] value = overlay.lookUp(key, hash);
        if (value != Overlay.UNKNOWN) {
            return value;
        }
        value = getBelow(key, hash);
        // A copy: the caller may use its array again.
        lastMiss = value == null ? key.clone() : null;
        return value;
    }

    private byte @Nullable [] getBelow(byte[] key, int hash) {
        byte[] value = lookUpCommitting(key, hash);
        Overlay known = prefetched;
        if (value == Overlay.UNKNOWN && known != null) {
            value = known.lookUp(key, hash);
        }
        if (value != Overlay.UNKNOWN) {
            return value;
        }
        byte[] wholeKey = StateKeys.concat(prefix, key);
        value = lookUpRestored(wholeKey);
        return value != Overlay.UNKNOWN ? value : store.backend().get(wholeKey);
    }

    private byte @Nullable [] lookUpRestored(byte[] wholeKey) {
        RestoredRest rest = store.rest();
        return rest == null ? Overlay.UNKNOWN : rest.lookUp(wholeKey);
    }

    private byte @Nullable [] lookUpCommitting(byte[] key, int hash) {
        // First the frozen layer, then the recent one: commit() fills them in the opposite order.
        byte[] value = lookUp(store.frozen(), key, hash);
        return value != Overlay.UNKNOWN ? value : lookUp(store.recent(), key, hash);
    }

    private byte @Nullable [] lookUp(@Nullable FrozenDelta layer, byte[] key, int hash) {
        FrozenTable table = layer == null ? null : layer.table(number);
        return table == null ? Overlay.UNKNOWN : table.lookUp(key, hash);
    }

    /** Looks in the order of {@link #lookUpCommitting}, for the same reason. */
    private boolean isCommitting(byte[] key, int hash) {
        return isIn(store.frozen(), key, hash) || isIn(store.recent(), key, hash);
    }

    private boolean isIn(@Nullable FrozenDelta layer, byte[] key, int hash) {
        FrozenTable table = layer == null ? null : layer.table(number);
        return table != null && table.has(key, hash);
    }

    @Override
    public int prefetch(List<byte[]> keys) {
        store.checkUsable();
        prefetched = null;
        List<byte[]> unknown = new ArrayList<>(keys.size());
        List<byte[]> withPrefix = new ArrayList<>(keys.size());
        RestoredRest rest = store.rest();
        for (byte[] key : keys) {
            int hash = Overlay.hash(key);
            if (overlay.has(key, hash) || isCommitting(key, hash)) {
                continue;
            }
            byte[] wholeKey = StateKeys.concat(prefix, key);
            if (rest == null || !rest.has(wholeKey)) {
                unknown.add(key);
                withPrefix.add(wholeKey);
            }
        }
        if (unknown.isEmpty()) {
            return 0;
        }
        List<byte @Nullable []> values = store.backend().getAll(withPrefix);
        Overlay known = new Overlay(2 * values.size());
        for (int i = 0; i < values.size(); i++) {
            byte[] key = unknown.get(i);
            byte[] value = values.get(i);
            int hash = Overlay.hash(key);
            if (!known.has(key, hash)) {
                known.add(key, hash, value == null, value, Overlay.length(value));
            }
        }
        prefetched = known;
        return values.size();
    }

    @Override
    public void put(byte[] key, byte[] value) {
        write(key, value, value.length);
    }

    @Override
    public void put(byte[] key, byte[] buffer, int length) {
        write(key, buffer, length);
    }

    @Override
    public void delete(byte[] key) {
        write(key, null, 0);
    }

    private void write(byte[] key, byte @Nullable [] value, int valueLength) {
        store.checkUsable();
        int hash = Overlay.hash(key);
        int entry = overlay.find(key, hash);
        if (entry != Overlay.NONE) {
            overlay.update(entry, value, valueLength);
            return;
        }
        byte[] missed = lastMiss;
        boolean absentBelow = missed != null && Arrays.equals(missed, key);
        if (value != null || !absentBelow) {
            overlay.add(key, hash, absentBelow, value, valueLength);
        }
    }

    @Override
    public Cursor scan(byte[] from, byte @Nullable [] to) {
        return merged(from, to, store.backend()::scan);
    }

    @Override
    public Cursor sweep(byte[] from, byte @Nullable [] to) {
        return merged(from, to, store.backend()::sweep);
    }

    private Cursor merged(byte[] from, byte @Nullable [] to, BiFunction<byte[], byte[], Cursor> below) {
        store.checkUsable();
        // The layers that a commit removes before the back end: a commit in between leaves their entries in both, never
        // in neither.
        FrozenDelta frozen = store.frozen();
        FrozenTable frozenTable = frozen == null ? null : frozen.table(number);
        RestoredRest rest = store.rest();
        byte[] backendEnd = to == null ? end : StateKeys.concat(prefix, to);
        Cursor committed = below.apply(StateKeys.concat(prefix, from), backendEnd);
        List<HeapEntries> above = new ArrayList<>(3);
        overlay.putInOrder();
        above.add(overlay.from(from));
        if (frozenTable != null) {
            above.add(frozenTable.from(from));
        }
        if (rest != null) {
            above.add(rest.of(prefix, from));
        }
        return new MergedCursor(store, above, committed, prefix.length, to);
    }
}
