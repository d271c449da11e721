package io.weirflow.state;

import java.util.concurrent.atomic.AtomicLong;

/** Heap that several slots may take together, each for a moment. Safe for use by several threads. */
public final class HeapAllowance {

    private final AtomicLong leftBytes;

    /** @param bytes what all may take together, roughly; 0 or more */
    public HeapAllowance(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes is negative: " + bytes);
        }
        leftBytes = new AtomicLong(bytes);
    }

    /** Takes some of it, unless there is not so much. */
    boolean take(long bytes) {
        long left = leftBytes.get();
        while (bytes <= left) {
            if (leftBytes.compareAndSet(left, left - bytes)) {
                return true;
            }
            left = leftBytes.get();
        }
        return false;
    }

    void giveBack(long bytes) {
        leftBytes.addAndGet(bytes);
    }
}
