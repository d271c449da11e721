package io.weirflow.worker.service;

import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.FleetRecord.InboxPosition;
import io.weirflow.protocol.fleet.FleetRecord.InboxPositions;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.protocol.log.LogUnavailableException;
import io.weirflow.worker.slot.ReceiverPositions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears how far the slots of all workers have processed their inboxes, so that slots of this one know when to wait for them (back-pressure). It needs no
 * coordinator: workers say it in the fleet topic, which one thread reads from when the first run of a pipeline comes.
 *
 * <p>Nothing is decided by it but how fast a slot goes on. Reports may be lost or late: what was heard last holds until something larger is heard.
 */
final class HeardPositions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeardPositions.class);

    private static final long WAIT_MS = 100;
    private static final long RETRY_MS = 1_000;
    private static final long STOP_TIMEOUT_MS = 5_000;

    private final WorkerId worker;
    private final Supplier<FleetReader> opener;
    private final Consumer<HeardPositions> starter;
    private final Map<String, Map<Inbox, Long>> byRun = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private @Nullable FleetReader reader;
    private @Nullable Thread thread;
    private boolean begun;
    private boolean hears = true;

    private record Inbox(int stage, int partition) {}

    /**
     * @param opener makes the reader; called again after a failure
     * @param starter has somebody do the work from then on
     */
    HeardPositions(WorkerId worker, Supplier<FleetReader> opener, Consumer<HeardPositions> starter) {
        this.worker = worker;
        this.opener = opener;
        this.starter = starter;
    }

    /** Starts a thread. Without it, a driver calls {@link #doWork}. */
    void start() {
        Thread started = new Thread(this::run, "positions-" + worker.name());
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /** Listens for a run from now on, and returns what is heard of it. The worker's control thread. */
    ReceiverPositions of(String instance) {
        Map<Inbox, Long> heard = byRun.computeIfAbsent(instance, any -> new ConcurrentHashMap<>());
        if (!begun) {
            begun = true;
            starter.accept(this);
        }
        return (stage, partition) -> heard.getOrDefault(new Inbox(stage, partition), 0L);
    }

    /** Nothing of a run is of interest any more; any thread. */
    void forget(String instance) {
        byRun.remove(instance);
    }

    private void run() {
        while (closing.getCount() > 0) {
            if (!tryToWork()) {
                await(RETRY_MS);
            }
        }
        closeReader();
    }

    private boolean tryToWork() {
        try {
            return doWork(WAIT_MS);
        } catch (RuntimeException e) {
            // Without this thread all senders would stop sooner or later.
            failed(e);
            return false;
        }
    }

    private void await(long ms) {
        try {
            boolean unused = closing.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Hears what was said. Returns false when the log cannot be reached. */
    boolean doWork(long maxWaitMs) {
        try {
            FleetReader current = reader;
            if (current == null) {
                current = opener.get();
                reader = current;
            }
            current.poll(maxWaitMs).forEach(this::hear);
            heardAgain();
            return true;
        } catch (LogUnavailableException e) {
            failed(e);
            return false;
        }
    }

    /** Slots go on with what was heard last, and in the end wait for more. */
    private void failed(RuntimeException problem) {
        if (hears) {
            LOG.atWarn()
                    .addKeyValue("worker", worker)
                    .addKeyValue("reason", problem.getMessage())
                    .log("How far receivers have come is not heard; trying again");
        }
        hears = false;
        closeReader();
    }

    private void heardAgain() {
        if (!hears) {
            LOG.atInfo().addKeyValue("worker", worker).log("How far receivers have come is heard again");
        }
        hears = true;
    }

    private void hear(FleetRecord report) {
        if (report instanceof InboxPositions positions) {
            Map<Inbox, Long> heard = byRun.get(positions.instance());
            if (heard != null) {
                positions.inboxes().forEach(one -> hear(heard, one));
            }
        }
    }

    /** A slot that is opened again says less than it has said before; what was processed once counts. */
    private static void hear(Map<Inbox, Long> heard, InboxPosition one) {
        heard.merge(new Inbox(one.stage(), one.partition()), one.next(), Math::max);
    }

    private void closeReader() {
        FleetReader current = reader;
        reader = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        Thread running = thread;
        if (running == null) {
            return;
        }
        try {
            running.join(STOP_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
