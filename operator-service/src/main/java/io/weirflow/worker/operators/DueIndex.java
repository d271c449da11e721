package io.weirflow.worker.operators;

import io.weirflow.api.operator.Output;
import io.weirflow.api.state.StateTable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * When keys are due: ordered by (time, key). In the table: eight bytes of time, most significant first and with the sign turned over, then the
 * key.
 *
 * <p>Implementation note. What is due at a time that moves on with each row, such as a session, need not be moved here each time: its owner may
 * leave an earlier time, and when that comes, add the right one. A watermark with nothing due costs one comparison.
 *
 * <p>Entries are on the heap until {@link #writeBack()}, so one that is added and fires between two checkpoints never reaches the table. What is due
 * in the table comes back onto the heap, some entries at a time, and fires from there: then no cursor is open while the owner changes the index.
 */
final class DueIndex {

    /** Takes a key that is due. */
    @FunctionalInterface
    interface Handler {
        /** Called after the entry was removed; may add and remove others. */
        void due(byte[] key, long timeMs);
    }

    private static final byte[] NO_BYTES = {};

    /** Entries that are taken from the table at once. */
    private static final int BATCH = 4_096;

    /** Entries on the heap; more are written back before their time. */
    private static final int MAX_ON_HEAP = 1 << 16;

    private final StateTable table;

    /** Entries that are not in the table. */
    private final TreeMap<Long, TreeSet<byte[]>> onHeap = new TreeMap<>();

    private int sizeOnHeap;

    /** No entry on the heap is earlier. */
    private long nextOnHeapMs = Long.MAX_VALUE;

    /** No entry in the table is before this time and key. */
    private long nextStoredMs = Long.MIN_VALUE;

    private byte[] nextStoredKey = NO_BYTES;

    DueIndex(StateTable table) {
        this.table = table;
    }

    /** Adds an entry that is not in the index. The key is kept. */
    void add(long timeMs, byte[] key) {
        if (sizeOnHeap >= MAX_ON_HEAP) {
            writeBack();
        }
        put(timeMs, key);
    }

    private void put(long timeMs, byte[] key) {
        TreeSet<byte[]> keys = onHeap.get(timeMs);
        if (keys == null) {
            keys = new TreeSet<>(Arrays::compareUnsigned);
            onHeap.put(timeMs, keys);
            nextOnHeapMs = Math.min(nextOnHeapMs, timeMs);
        }
        if (keys.add(key)) {
            sizeOnHeap++;
        }
    }

    void remove(long timeMs, byte[] key) {
        TreeSet<byte[]> keys = onHeap.get(timeMs);
        if (keys == null || !keys.remove(key)) {
            table.delete(encode(timeMs, key));
            return;
        }
        sizeOnHeap--;
        if (keys.isEmpty()) {
            onHeap.remove(timeMs);
        }
    }

    /** Puts what is on the heap into the table. */
    void writeBack() {
        if (onHeap.isEmpty()) {
            return;
        }
        onHeap.forEach((timeMs, keys) -> keys.forEach(key -> table.put(encode(timeMs, key), NO_BYTES)));
        Map.Entry<Long, TreeSet<byte[]>> first = onHeap.firstEntry();
        if (isBeforeStored(first.getKey(), first.getValue().first())) {
            nextStoredMs = first.getKey();
            nextStoredKey = first.getValue().first();
        }
        onHeap.clear();
        sizeOnHeap = 0;
        nextOnHeapMs = Long.MAX_VALUE;
    }

    private boolean isBeforeStored(long timeMs, byte[] key) {
        return timeMs < nextStoredMs || timeMs == nextStoredMs && Arrays.compareUnsigned(key, nextStoredKey) < 0;
    }

    /**
     * Hands over all entries up to a time in their order, those that are added meanwhile, too. Stops while there is no room in the output.
     *
     * @param upToMs less than {@link Long#MAX_VALUE}
     * @return true when nothing is due any more
     */
    boolean fireDue(long upToMs, Output out, Handler handler) {
        if (nextOnHeapMs > upToMs && nextStoredMs > upToMs) {
            return true;
        }
        while (true) {
            Map.Entry<Long, TreeSet<byte[]>> first = onHeap.firstEntry();
            nextOnHeapMs = first == null ? Long.MAX_VALUE : first.getKey();
            boolean isFirst = first != null
                    && isBeforeStored(first.getKey(), first.getValue().first());
            if (!isFirst && nextStoredMs <= upToMs) {
                takeStored(upToMs);
            } else if (first == null || first.getKey() > upToMs) {
                return true;
            } else if (!out.hasRoom()) {
                return false;
            } else {
                handler.due(pollFirst(first), first.getKey());
            }
        }
    }

    private byte[] pollFirst(Map.Entry<Long, TreeSet<byte[]>> time) {
        byte[] key = time.getValue().pollFirst();
        if (key == null) {
            throw new IllegalStateException("a time at which nothing is due");
        }
        sizeOnHeap--;
        if (time.getValue().isEmpty()) {
            onHeap.remove(time.getKey());
        }
        return key;
    }

    /** Moves the first entries of the table onto the heap. */
    private void takeStored(long upToMs) {
        int left = BATCH;
        try (StateTable.Cursor cursor = table.scan(encode(nextStoredMs, nextStoredKey), null)) {
            while (cursor.next()) {
                byte[] encoded = cursor.key();
                long timeMs = ByteBuffer.wrap(encoded).getLong() ^ Long.MIN_VALUE;
                byte[] key = Arrays.copyOfRange(encoded, Long.BYTES, encoded.length);
                if (timeMs > upToMs || left-- == 0) {
                    nextStoredMs = timeMs;
                    nextStoredKey = key;
                    return;
                }
                table.delete(encoded);
                put(timeMs, key);
            }
        }
        nextStoredMs = Long.MAX_VALUE;
        nextStoredKey = NO_BYTES;
    }

    private static byte[] encode(long timeMs, byte[] key) {
        return ByteBuffer.allocate(Long.BYTES + key.length)
                .putLong(timeMs ^ Long.MIN_VALUE)
                .put(key)
                .array();
    }
}
