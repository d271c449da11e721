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

    /** How long to wait for frames when there was nothing to do: short at first, as acknowledgements and commits may be under way. */
    private static final long SHORT_WAIT_MS = 1;

    private static final long LONG_WAIT_MS = 5;
    private static final int CYCLES_OF_SHORT_WAITS = 100;

    private final InboxReader reader;
    private final LongSupplier clockMs;
    private final Thread thread;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final List<Slot> slots = new ArrayList<>();
    private final Map<LogPartition, Slot> byInbox = new HashMap<>();
    private volatile boolean closed;

    SlotThread(String name, InboxReader reader, LongSupplier clockMs) {
        this.reader = reader;
        this.clockMs = clockMs;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
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
            LogPartition inbox = slot.start(reader);
            if (inbox != null) {
                byInbox.put(inbox, slot);
            }
        });
    }

    /** Runs something on this thread between two duty cycles; any thread. */
    void execute(Runnable command) {
        commands.add(command);
    }

    private void run() {
        int idleCycles = 0;
        while (!closed) {
            try {
                idleCycles = cycle(idleCycles) > 0 ? 0 : idleCycles + 1;
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
        }
        runCommands();
        slots.forEach(Slot::close);
        reader.close();
    }

    private int cycle(int idleCycles) {
        runCommands();
        long waitMs = idleCycles == 0 ? 0 : idleCycles < CYCLES_OF_SHORT_WAITS ? SHORT_WAIT_MS : LONG_WAIT_MS;
        int work = reader.poll(waitMs, this::dispatch);
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

    private void runCommands() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
    }

    private void dispatch(LogPartition inbox, long offset, long timestampMs, byte[] value) {
        Slot slot = byInbox.get(inbox);
        if (slot != null && !slot.closed()) {
            slot.enqueue(offset, timestampMs, value);
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
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
