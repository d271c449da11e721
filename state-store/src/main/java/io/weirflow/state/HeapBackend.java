package io.weirflow.state;

import io.weirflow.api.state.StateTable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Committed state on the heap: for state that is small, and for tests. Nothing survives the process, so every start restores from the
 * changelog. Atomic as far as anyone can see: there is no crash that leaves half of a write behind.
 */
public final class HeapBackend implements StateBackend {

    private static final int ENTRY_OVERHEAD_BYTES = 80;

    private final ConcurrentSkipListMap<byte[], byte[]> entries = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);
    private volatile Optional<StoredProgress> progress = Optional.empty();
    private volatile boolean closed;
    private volatile long bytes;

    @Override
    public byte @Nullable [] get(byte[] key) {
        checkOpen();
        return entries.get(key);
    }

    @Override
    public StateTable.Cursor scan(byte[] from, byte[] to) {
        checkOpen();
        if (Arrays.compareUnsigned(from, to) >= 0) {
            return new HeapCursor(Map.<byte[], byte[]>of().entrySet().iterator());
        }
        return new HeapCursor(entries.subMap(from, true, to, false).entrySet().iterator());
    }

    @Override
    public void write(Delta delta, StoredProgress newProgress) {
        checkOpen();
        apply(delta);
        progress = Optional.of(newProgress);
    }

    private void apply(Delta delta) {
        long[] added = {bytes};
        delta.forEach((key, value) -> {
            byte[] before = value == null ? entries.remove(key) : entries.put(key, value);
            added[0] += sizeOf(key, value) - sizeOf(key, before);
        });
        bytes = added[0];
    }

    private static long sizeOf(byte[] key, byte @Nullable [] value) {
        return value == null ? 0 : key.length + value.length + ENTRY_OVERHEAD_BYTES;
    }

    @Override
    public Optional<StoredProgress> progress() {
        checkOpen();
        return progress;
    }

    @Override
    public void beginLoad() {
        checkOpen();
        progress = Optional.empty();
    }

    @Override
    public void load(Delta delta) {
        checkOpen();
        apply(delta);
    }

    @Override
    public void endLoad(StoredProgress newProgress) {
        checkOpen();
        progress = Optional.of(newProgress);
    }

    @Override
    public void clear() {
        checkOpen();
        progress = Optional.empty();
        entries.clear();
        bytes = 0;
    }

    @Override
    public long approximateSizeBytes() {
        return bytes;
    }

    @Override
    public void close() {
        closed = true;
        entries.clear();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the state of this slot is closed");
        }
    }

    private final class HeapCursor implements StateTable.Cursor {
        private final Iterator<Map.Entry<byte[], byte[]>> iterator;
        private Map.@Nullable Entry<byte[], byte[]> entry;

        HeapCursor(Iterator<Map.Entry<byte[], byte[]>> iterator) {
            this.iterator = iterator;
        }

        @Override
        public boolean next() {
            checkOpen();
            entry = iterator.hasNext() ? iterator.next() : null;
            return entry != null;
        }

        @Override
        public byte[] key() {
            return current().getKey();
        }

        @Override
        public byte[] value() {
            return current().getValue();
        }

        private Map.Entry<byte[], byte[]> current() {
            Map.Entry<byte[], byte[]> current = entry;
            if (current == null) {
                throw new NoSuchElementException("the cursor is not at an entry");
            }
            return current;
        }

        @Override
        public void close() {
            entry = null;
        }
    }
}
