package io.weirflow.state;

/**
 * Bounds for all RocksDB back ends of a process together.
 *
 * @param cacheBytes block cache, index and filter blocks, and the write buffers, which are charged to it
 * @param writeBufferBytes of which all write buffers together; at least 1 MiB, at most {@code cacheBytes}
 * @param slotWriteBufferBytes the write buffer of one slot before it is flushed; also bounds what is replayed when a slot is opened
 * @param backgroundThreads threads for flushes and compactions; at least 1
 * @param maxOpenFilesPerSlot table files that one slot keeps open; at least 16
 */
public record RocksDbSettings(
        long cacheBytes,
        long writeBufferBytes,
        long slotWriteBufferBytes,
        int backgroundThreads,
        int maxOpenFilesPerSlot) {

    private static final long MIN_WRITE_BUFFER_BYTES = 1L << 20;
    private static final int MIN_OPEN_FILES = 16;

    public RocksDbSettings {
        check(writeBufferBytes >= MIN_WRITE_BUFFER_BYTES, "writeBufferBytes", writeBufferBytes);
        check(cacheBytes >= writeBufferBytes, "cacheBytes", cacheBytes);
        check(slotWriteBufferBytes >= MIN_WRITE_BUFFER_BYTES, "slotWriteBufferBytes", slotWriteBufferBytes);
        check(backgroundThreads >= 1, "backgroundThreads", backgroundThreads);
        check(maxOpenFilesPerSlot >= MIN_OPEN_FILES, "maxOpenFilesPerSlot", maxOpenFilesPerSlot);
    }

    private static void check(boolean valid, String name, long value) {
        if (!valid) {
            throw new IllegalArgumentException(name + " is too small: " + value);
        }
    }

    /** Returns settings for a worker on a small machine: 192 MiB off the heap. */
    public static RocksDbSettings defaults() {
        return new RocksDbSettings(192L << 20, 96L << 20, 16L << 20, 2, 256);
    }
}
