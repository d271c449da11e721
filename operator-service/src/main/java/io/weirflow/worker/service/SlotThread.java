package io.weirflow.worker.service;

import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.worker.slot.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs slots, one duty cycle of each after the other, on a plain thread, with one reader for all their inboxes. Slots are touched by this thread
 * alone.
 */
final class SlotThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SlotThread.class);

    /**
     * How long to wait when all slots rest: as long as the broker keeps a fetch that finds nothing, for each look at Kafka's consumer costs some two hundred
     * microseconds of processor time, and a fleet has many such threads. Frames, commits and requests end the wait; time does not.
     */
    private static final long REST_MS = 25;

    /** How long to wait when there was nothing to do, for acknowledgements, watermarks that were told a moment ago, and sources that cannot tell. */
    private static final long WAIT_MS = 5;

    /** The same while a slot waits for room: many acknowledgements make it, so none of them ends the wait. */
    private static final long WAIT_FOR_ROOM_MS = 1;

    private final InboxReader reader;
    private final LongSupplier clockMs;
    private final Thread thread;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final InboxReader.Handler dispatch = new Dispatch();
    private final List<Slot> slots = new ArrayList<>();
    private final Map<LogPartition, Slot> byInbox = new HashMap<>();
    private volatile boolean closed;

    /** Written before the other is read, on both sides: so either the thread does not wait, or whoever has news sees that it may. */
    private volatile boolean news;

    private volatile boolean waiting;

    SlotThread(String name, InboxReader reader, LongSupplier clockMs) {
        this.reader = reader;
        this.clockMs = clockMs;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Starts the thread. Without it, a driver calls {@link #doWork}. */
    void start() {
        thread.start();
    }

    /** Returns whether it runs; any thread. */
    boolean alive() {
        return thread.isAlive();
    }

    /** Begins to run a slot; any thread. */
    void add(Slot slot) {
        commands.add(() -> {
            slots.add(slot);
            if (closed) {
                return;
            }
            LogPartition inbox = slot.start(reader, this::wake);
            if (inbox != null) {
                byInbox.put(inbox, slot);
            }
        });
        wake();
    }

    /** Runs something on this thread between two duty cycles; any thread. */
    void execute(Runnable command) {
        commands.add(command);
        wake();
    }

    /** There may be something to do; any thread. Costs little while the thread is at work. */
    private void wake() {
        news = true;
        if (waiting) {
            reader.wake();
        }
    }

    private void run() {
        boolean idle = false;
        while (!closed) {
            idle = doWork(idle) == 0;
        }
        runCommands();
        slots.forEach(Slot::close);
        reader.close();
    }

    /**
     * Runs one duty cycle of each slot.
     *
     * @param idle whether the one before found nothing to do, so that this one may wait
     * @return how much was done
     */
    int doWork(boolean idle) {
        try {
            return cycle(idle);
        } catch (LogException e) {
            LOG.atError()
                    .addKeyValue("thread", thread.getName())
                    .addKeyValue("reason", e.getMessage())
                    .log("The inboxes cannot be read; their slots fail");
            failAll(e);
        } catch (Throwable e) {
            LOG.atError()
                    .addKeyValue("thread", thread.getName())
                    .setCause(e)
                    .log("Unexpected failure of a thread of slots; they fail");
            failAll(new LogException(LogException.Kind.RETRY, "the slot's thread failed: " + e, e));
        }
        return 1;
    }

    private int cycle(boolean idle) {
        runCommands();
        int work = idle ? await() : reader.poll(0, dispatch);
        // What is told from now on may be too late for this cycle.
        news = false;
        long nowMs = clockMs.getAsLong();
        boolean anyClosed = false;
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            work += slot.doWork(nowMs);
            anyClosed |= slot.closed();
        }
        if (anyClosed) {
            forgetClosed();
        }
        return work;
    }

    /** The one place where this thread waits. */
    private int await() {
        long waitMs = waitMs();
        waiting = true;
        try {
            return reader.poll(news ? 0 : waitMs, dispatch);
        } finally {
            waiting = false;
        }
    }

    private long waitMs() {
        long waitMs = REST_MS;
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            if (slot.waitsForRoom()) {
                return WAIT_FOR_ROOM_MS;
            }
            waitMs = slot.rests() ? waitMs : WAIT_MS;
        }
        return waitMs;
    }

    private void runCommands() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
    }

    private final class Dispatch implements InboxReader.Handler {
        @Override
        public void record(LogPartition inbox, long offset, long timestampMs, byte[] value) {
            Slot slot = byInbox.get(inbox);
            if (slot != null && !slot.closed()) {
                slot.enqueue(offset, timestampMs, value);
            }
        }

        /** One slot alone: it may have gone to another worker long since, which has come further, so that its inbox was trimmed (rule R14). */
        @Override
        public void missing(LogPartition inbox, LogException problem) {
            Slot slot = byInbox.get(inbox);
            if (slot != null) {
                slot.fail(problem);
            }
        }
    }

    private void forgetClosed() {
        slots.removeIf(Slot::closed);
        byInbox.values().removeIf(Slot::closed);
    }

    private void failAll(LogException problem) {
        slots.forEach(slot -> slot.fail(problem));
        forgetClosed();
    }

    @Override
    public void close() {
        boolean unused = stop();
    }

    /** Stops the thread; slots are closed as they are. Returns false when it still runs after a while. */
    boolean stop() {
        closed = true;
        wake();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
