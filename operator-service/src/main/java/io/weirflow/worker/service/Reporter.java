package io.weirflow.worker.service;

import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.WorkerScope;
import io.weirflow.protocol.log.FleetAppender;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Tells the coordinator that this worker lives, and how its slots are: at once when something has changed, and all of it again every few heartbeats,
 * because any report may be lost. Everything is the worker's control thread's, but for {@link #soon}.
 */
final class Reporter implements AutoCloseable {

    private static final int REPEAT_EVERY_HEARTBEATS = 4;

    private final WorkerSettings settings;
    private final FleetAppender fleet;
    private final Runnable onNews;
    private final Queue<FleetRecord> waiting = new ConcurrentLinkedQueue<>();
    private volatile WorkerScope scope;
    private volatile boolean scopeIsNew;
    private long heartbeats;
    private long nextHeartbeatMs;

    /** @param onNews ends the wait of the control thread; any thread calls it */
    Reporter(WorkerSettings settings, FleetAppender fleet, Runnable onNews) {
        this.settings = settings;
        this.scope = settings.scope();
        this.onNews = onNews;
        this.fleet = fleet;
    }

    /** Has something reported without delay; any thread. */
    void soon(FleetRecord report) {
        waiting.add(report);
        onNews.run();
    }

    /** Says from now on, and at once, that this worker takes nothing more; any thread. */
    void takeNothing() {
        scope = WorkerScope.NONE;
        scopeIsNew = true;
        onNews.run();
    }

    /**
     * Sends what waits, and a heartbeat when one is due.
     *
     * @param takesSlots whether the worker still wants slots; only then it has a heartbeat
     * @param moved what has moved since the last heartbeat
     * @param standing how everything is now
     */
    void report(
            long nowMs,
            boolean takesSlots,
            Supplier<Stream<FleetRecord>> moved,
            Supplier<Stream<FleetRecord>> standing) {
        for (FleetRecord report = waiting.poll(); report != null; report = waiting.poll()) {
            fleet.append(report);
        }
        if (nowMs < nextHeartbeatMs && !scopeIsNew) {
            return;
        }
        scopeIsNew = false;
        nextHeartbeatMs = nowMs + settings.heartbeatMs();
        heartbeats++;
        if (takesSlots) {
            fleet.append(new FleetRecord.WorkerHeartbeat(settings.id(), heartbeats, scope));
        }
        moved.get().forEach(fleet::append);
        if (heartbeats % REPEAT_EVERY_HEARTBEATS == 0) {
            standing.get().forEach(fleet::append);
        }
    }

    /** Says that nothing of this worker can become durable any more. */
    void left() {
        fleet.append(new FleetRecord.WorkerLeft(settings.id()));
    }

    @Override
    public void close() {
        fleet.close();
    }
}
