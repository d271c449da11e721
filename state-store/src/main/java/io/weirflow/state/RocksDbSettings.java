package io.weirflow.state;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Bounds for all RocksDB back ends of a process together.
 *
 * @param cacheBytes block cache, index and filter blocks, and the write buffers, which are charged to it
 * @param writeBufferBytes of which all write buffers together; at least 1 MiB, at most {@code cacheBytes}
 * @param slotWriteBufferBytes the write buffer of one slot before it is flushed; also bounds what is read again from the changelog after a crash
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
    private static final int CACHE_SHARE = 16;
    private static final long MAX_WRITE_BUFFER_BYTES = 256L << 20;
    private static final int SLOT_WRITE_BUFFER_SHARE = 4;

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

    /**
     * Returns settings for a process with this much memory to itself: a sixteenth of it off the heap, at least 192 MiB and at most 2 GiB, of which
     * write buffers take at most a half and 256 MiB, and that of one slot a quarter of them. Nothing of it is taken before there is state to fill it.
     *
     * @param memoryBytes of the machine or container
     */
    public static RocksDbSettings forMemory(long memoryBytes) {
        long cacheBytes = Math.max(192L << 20, Math.min(memoryBytes / CACHE_SHARE, 2L << 30));
        long writeBufferBytes = Math.min(cacheBytes / 2, MAX_WRITE_BUFFER_BYTES);
        return new RocksDbSettings(cacheBytes, writeBufferBytes, writeBufferBytes / SLOT_WRITE_BUFFER_SHARE, 2, 256);
    }

    /** Returns settings for the memory of this machine, or of the container that this process is in. */
    public static RocksDbSettings forThisMachine() {
        try {
            MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
            Object memory = beans.getAttribute(new ObjectName("java.lang:type=OperatingSystem"), "TotalMemorySize");
            return memory instanceof Long memoryBytes ? forMemory(memoryBytes) : defaults();
        } catch (JMException e) {
            // Not every JVM tells.
            return defaults();
        }
    }

    /** Returns settings for a worker on a small machine: 192 MiB off the heap. */
    public static RocksDbSettings defaults() {
        return forMemory(0);
    }
}
