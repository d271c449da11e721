package io.weirflow.state;

import io.weirflow.api.state.StateTable;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Merges the layers of a table in key order. For a key in several layers the upper one counts; a deletion hides the key. */
final class MergedCursor implements StateTable.Cursor {

    /** A position in one layer: the key there, or null at the end. */
    private abstract static class Layer {
        byte @Nullable [] head;

        abstract void advance();

        /** The value at the head; null for a deletion. */
        abstract byte @Nullable [] value();
    }

    private static final class HeapLayer extends Layer {
        private final HeapEntries entries;
        private final byte @Nullable [] to;

        HeapLayer(HeapEntries entries, byte @Nullable [] to) {
            this.entries = entries;
            this.to = to;
        }

        @Override
        void advance() {
            byte[] key = entries.next() ? entries.key() : null;
            head = key == null || (to != null && Arrays.compareUnsigned(key, to) >= 0) ? null : key;
        }

        @Override
        byte @Nullable [] value() {
            return entries.value();
        }
    }

    private static final class BackendLayer extends Layer {
        private final StateTable.Cursor cursor;
        private final int prefixLength;

        BackendLayer(StateTable.Cursor cursor, int prefixLength) {
            this.cursor = cursor;
            this.prefixLength = prefixLength;
        }

        @Override
        void advance() {
            head = cursor.next() ? cursor.keyFrom(prefixLength) : null;
        }

        @Override
        byte @Nullable [] value() {
            return cursor.value();
        }
    }

    private final SlotStore store;
    private final Layer[] layers;
    private final StateTable.Cursor committed;
    private boolean started;
    private byte @Nullable [] key;
    private byte @Nullable [] value;

    /**
     * @param above the layers on the heap, the upper ones first
     * @param to the end, exclusive; null for none (the back end's cursor has an end of its own)
     */
    MergedCursor(
            SlotStore store,
            List<HeapEntries> above,
            StateTable.Cursor committed,
            int prefixLength,
            byte @Nullable [] to) {
        this.store = store;
        this.committed = committed;
        this.layers = new Layer[above.size() + 1];
        for (int i = 0; i < above.size(); i++) {
            layers[i] = new HeapLayer(above.get(i), to);
        }
        layers[above.size()] = new BackendLayer(committed, prefixLength);
    }

    @Override
    public boolean next() {
        store.checkUsable();
        if (!started) {
            started = true;
            for (Layer layer : layers) {
                layer.advance();
            }
        }
        do {
            Layer top = smallest();
            if (top == null) {
                key = null;
                value = null;
                return false;
            }
            key = top.head;
            value = top.value();
            pass(key);
        } while (value == null);
        return true;
    }

    private @Nullable Layer smallest() {
        Layer smallest = null;
        for (Layer layer : layers) {
            if (layer.head != null
                    && (smallest == null
                            || smallest.head == null
                            || Arrays.compareUnsigned(layer.head, smallest.head) < 0)) {
                smallest = layer;
            }
        }
        return smallest;
    }

    private void pass(byte @Nullable [] passed) {
        for (Layer layer : layers) {
            if (layer.head != null && Arrays.equals(layer.head, passed)) {
                layer.advance();
            }
        }
    }

    @Override
    public byte[] key() {
        return current(key);
    }

    @Override
    public byte[] value() {
        return current(value);
    }

    private static byte[] current(byte @Nullable [] bytes) {
        if (bytes == null) {
            throw new NoSuchElementException("the cursor is not at an entry");
        }
        return bytes;
    }

    @Override
    public void close() {
        committed.close();
    }
}
