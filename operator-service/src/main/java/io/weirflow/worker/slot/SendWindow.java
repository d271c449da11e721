package io.weirflow.worker.slot;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a slot has sent to one inbox and that inbox's slot has not processed. Once it is as much as the slot may have there, the slot waits: this is
 * credit-based flow control (Kung et al., "Credit-Based Flow Control for ATM Networks", SIGCOMM 1994), with the log in the place of the receiver's buffer.
 *
 * <p>What a former life of the slot has sent does not count. Frames become durable on any thread; the slot's thread asks.
 */
final class SendWindow {

    /** Frames are counted together until they are so large a part of the window, so that a full one takes little heap however small they are. */
    private static final int PARTS = 64;

    private final long maxBytes;
    private final Deque<Part> parts = new ArrayDeque<>();
    private long bytes;

    /** Frames that lie next to each other in what was sent. */
    private static final class Part {
        private long lastOffset;
        private long bytes;
    }

    /** @param maxBytes how much may wait, 1 or more */
    SendWindow(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A frame is about to be sent. */
    synchronized void sending(int sizeBytes) {
        bytes += sizeBytes;
    }

    /** One of them is durable; any thread. */
    synchronized void durable(long offset, int sizeBytes) {
        Part last = parts.peekLast();
        if (last == null || last.bytes >= maxBytes / PARTS) {
            last = new Part();
            last.lastOffset = offset;
            parts.add(last);
        }
        last.lastOffset = Math.max(last.lastOffset, offset);
        last.bytes += sizeBytes;
    }

    /** The inbox's slot has processed what lies before an offset. */
    synchronized void processed(long next) {
        for (Part first = parts.peek(); first != null && first.lastOffset < next; first = parts.peek()) {
            bytes -= first.bytes;
            parts.remove();
        }
    }

    /** Returns the share of the window that is taken: 1 or more when the slot has to wait. */
    synchronized double taken() {
        return (double) bytes / maxBytes;
    }
}
