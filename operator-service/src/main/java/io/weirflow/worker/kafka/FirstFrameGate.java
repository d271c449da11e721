package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.FrameSender.Callback;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Lets the first frame to a partition go alone; those that follow wait until it is durable. So, too, with rows of sinks. Safe for use by several
 * threads.
 *
 * <p>A broker that knows nothing of a producer takes any sequence for its first. When the first of several batches under way meets a broker that does
 * not yet lead the partition, as happens to a topic that was just created, and the second is taken, the first is refused until its delivery times
 * out, and is lost (KAFKA-15591, not fixed in brokers up to 4.3). Once one batch is durable, the broker checks all that follow.
 *
 * @param <T> what is sent
 */
final class FirstFrameGate<T> {

    /** Hands a frame to the producer; tells the callback once, whatever happens. */
    @FunctionalInterface
    interface Target<T> {
        void send(T frame, Callback callback);
    }

    private record Waiting<T>(T frame, Callback callback) {}

    private enum State {
        /** Nothing is durable, nothing is under way. */
        CLOSED,
        /** The first frame is under way, or those that waited for it are being handed over. */
        OPENING,
        OPEN
    }

    private final Target<T> target;
    private final Executor opener;
    private final Queue<Waiting<T>> queue = new ArrayDeque<>();
    private volatile State state = State.CLOSED;

    /** @param opener runs what hands over the frames that waited, in order */
    FirstFrameGate(Target<T> target, Executor opener) {
        this.target = target;
        this.opener = opener;
    }

    void send(T frame, Callback callback) {
        if (state != State.OPEN && !mayGo(frame, callback)) {
            return;
        }
        if (state == State.OPEN) {
            target.send(frame, callback);
        } else {
            target.send(frame, (offset, failure) -> {
                callback.done(offset, failure);
                firstDone(failure);
            });
        }
    }

    /** Returns whether this is the first frame or the gate is open; else the frame waits. */
    private synchronized boolean mayGo(T frame, Callback callback) {
        switch (state) {
            case CLOSED -> {
                state = State.OPENING;
                return true;
            }
            case OPENING -> {
                queue.add(new Waiting<>(frame, callback));
                return false;
            }
            default -> {
                return true;
            }
        }
    }

    private void firstDone(@Nullable Exception failure) {
        if (failure == null) {
            opener.execute(this::open);
        } else {
            failWaiting(failure);
        }
    }

    /** Frames that come meanwhile queue up behind: the gate opens only once the queue is empty. */
    private void open() {
        while (true) {
            Waiting<T> next;
            synchronized (this) {
                next = queue.poll();
                if (next == null) {
                    state = State.OPEN;
                    return;
                }
            }
            target.send(next.frame(), next.callback());
        }
    }

    /** A failure is final for the sender (rule R5): what waited behind would be refused for the gap anyway. */
    private void failWaiting(Exception failure) {
        Queue<Waiting<T>> failed;
        synchronized (this) {
            failed = new ArrayDeque<>(queue);
            queue.clear();
            state = State.CLOSED;
        }
        failed.forEach(one -> one.callback().failed(failure));
    }
}
