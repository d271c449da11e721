package io.weirflow.worker.slot;

import io.weirflow.protocol.log.FrameSender;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one slot, and the rows of its at-least-once sinks in the log, that are not acknowledged yet. A checkpoint closes the current {@link Generation} and waits until it is done: then
 * every output of the inputs that it covers is durable (rule R6). One failure is final for the slot (rule R5).
 *
 * <p>The slot's thread calls everything; acknowledgements come on any thread.
 */
final class OutstandingSends {

    private final SlotMetrics metrics;
    private final AtomicLong bytes = new AtomicLong();
    private volatile @Nullable Exception failure;
    private Generation current = new Generation();

    OutstandingSends(SlotMetrics metrics) {
        this.metrics = metrics;
    }

    /** Hears where a frame lies. */
    @FunctionalInterface
    interface DurableFrame {
        void at(long offset, int sizeBytes);
    }

    /** What was sent between two checkpoints. */
    final class Generation {
        private final AtomicInteger pending = new AtomicInteger();

        /** Returns whether everything of this generation is durable. */
        boolean done() {
            return pending.get() == 0 && failure == null;
        }
    }

    /** Counts a row that is about to be sent, and returns what to call when it is durable or lost. */
    FrameSender.Callback track(int sizeBytes) {
        return track(sizeBytes, (offset, size) -> {});
    }

    /**
     * The same for a frame.
     *
     * @param durable told on any thread once it is durable, unless nobody knows where it lies
     */
    FrameSender.Callback track(int sizeBytes, DurableFrame durable) {
        Generation generation = current;
        generation.pending.incrementAndGet();
        bytes.addAndGet(sizeBytes);
        metrics.sent(sizeBytes);
        return (offset, problem) -> {
            if (problem != null) {
                failure = problem;
            } else if (offset != FrameSender.UNKNOWN_OFFSET) {
                durable.at(offset, sizeBytes);
            }
            bytes.addAndGet(-sizeBytes);
            generation.pending.decrementAndGet();
        };
    }

    /** Begins a new generation and returns the one that has ended. The one before it must be done. */
    Generation close() {
        Generation closed = current;
        current = new Generation();
        return closed;
    }

    /** Returns the size of what is under way. */
    long sizeBytes() {
        return bytes.get();
    }

    /** Returns why something was lost, or null. */
    @Nullable
    Exception failure() {
        return failure;
    }
}
