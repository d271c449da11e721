package io.weirflow.state;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Arrays for large batches, used again and again: a checkpoint's changes take some megabytes until its transaction is committed, longer than the time between two collections, and a collector would move them.
 * A few are kept. Safe for use by several threads.
 */
final class BatchBuffers {

    private static final int KEPT = 2;

    /** Smaller ones are not worth it. */
    private static final int LEAST_BYTES = 1 << 20;

    /** A JVM makes no larger array. */
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8L;

    private final Deque<byte[]> kept = new ArrayDeque<>(KEPT);

    /** Returns an array with room for so many bytes, and of less than twice as many; what is in it is of no meaning. */
    synchronized byte[] take(int bytes) {
        if (bytes < LEAST_BYTES) {
            return new byte[bytes];
        }
        for (Iterator<byte[]> all = kept.iterator(); all.hasNext(); ) {
            byte[] array = all.next();
            if (array.length >= bytes && array.length / 2 < bytes) {
                all.remove();
                return array;
            }
        }
        // The next checkpoint is mostly about as large.
        return new byte[(int) Math.min(MOST_BYTES, bytes + bytes / 8L)];
    }

    /** Takes an array back that nobody uses any more. */
    synchronized void giveBack(byte[] array) {
        if (array.length >= LEAST_BYTES) {
            if (kept.size() == KEPT) {
                kept.removeFirst();
            }
            kept.addLast(array);
        }
    }
}
