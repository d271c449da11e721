package io.weirflow.worker.sink;

import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits for all slots that a worker runs of one pipeline, under one lease, one transaction after the other: what has come while a
 * transaction ran goes into the next, so transactions are a few milliseconds apart when there is little to do and grow under load (rule
 * R10). Where all slots are far behind, so that their rows are old anyway, the next transaction waits for {@value #LINGER_MS} ms: what one costs the
 * broker hardly depends on how much is in it.
 *
 * <p>A transaction that fails takes all requests in it with it. Their slots are opened anew, which begins with {@link #ensureLease(LogPartition)}: it
 * settles what was left open before anybody reads what is durable (facts K9, K10).
 */
public final class Committer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    private static final long MAX_TRANSACTION_BYTES = 16L << 20;
    private static final long WAIT_MS = 100;

    /** The interval of commits that Kafka Streams has for exactly-once. */
    private static final long LINGER_MS = 100;

    private final Supplier<LeaseLog> opener;
    private final long lingerMs;
    private final BlockingQueue<CommitRequest> queue = new LinkedBlockingQueue<>();

    /** Held for as long as a commit takes; taken before the other, if both are. */
    private final Object commitLock = new Object();

    private final Object leaseLock = new Object();
    private final Semaphore hurried = new Semaphore(0);
    private final AtomicInteger awaiting = new AtomicInteger();

    /** How many requests of each slot, by its changelog, are neither committed nor refused. */
    private final ConcurrentMap<LogPartition, Integer> pending = new ConcurrentHashMap<>();

    /** Notified when requests have been answered. */
    private final Object answers = new Object();

    private @Nullable Thread thread;
    private @Nullable LeaseLog lease;
    private long term;
    private volatile boolean closed;

    private Committer(Supplier<LeaseLog> opener, long lingerMs) {
        this.opener = opener;
        this.lingerMs = lingerMs;
    }

    /**
     * Starts a committer with a thread of its own.
     *
     * @param name for the thread
     * @param opener makes the log; called again after a failure
     */
    public static Committer start(String name, Supplier<LeaseLog> opener) {
        return start(name, opener, LINGER_MS);
    }

    static Committer start(String name, Supplier<LeaseLog> opener, long lingerMs) {
        Committer committer = new Committer(opener, lingerMs);
        Thread thread = new Thread(committer::run, "commit-" + name);
        thread.setDaemon(true);
        committer.thread = thread;
        thread.start();
        return committer;
    }

    /** Returns a committer without a thread: {@link #doWork} must be called over and over, as a simulation does. */
    public static Committer driven(Supplier<LeaseLog> opener) {
        return new Committer(opener, 0);
    }

    /**
     * Makes sure that this worker holds the lease, and that nothing that was submitted for a slot so far will be committed later. Only then may the slot's
     * progress be read (rule R7). It does not wait for other slots: what they commit is in other changelogs. Blocks; any thread.
     *
     * @param changelog of the slot
     * @return the term of the lease: it changes with every failure, and requests of a former term are refused, because what they build on may
     *     not have been committed
     * @throws LogException when the log cannot be reached or refuses
     */
    public long ensureLease(LogPartition changelog) {
        awaitSettled(changelog);
        return ensureLease();
    }

    /**
     * Makes sure that this worker holds the lease, and that no transaction of a former term under it is open. Blocks; any thread.
     *
     * @return the term of the lease
     * @throws LogException when the log cannot be reached or refuses
     */
    public long ensureLease() {
        synchronized (leaseLock) {
            if (closed) {
                throw new LogException(LogException.Kind.RETRY, "the worker has let go of the pipeline", null);
            }
            if (lease == null) {
                LeaseLog opened = opener.get();
                try {
                    opened.acquire();
                } catch (RuntimeException e) {
                    opened.close();
                    throw e;
                }
                lease = opened;
            }
            return term;
        }
    }

    /**
     * Waits until everything that was submitted for a slot is committed or refused; any thread but the committer's.
     *
     * @param changelog of the slot
     */
    public void awaitSettled(LogPartition changelog) {
        awaiting.incrementAndGet();
        hurry();
        try {
            awaitNonePending(changelog);
        } finally {
            awaiting.decrementAndGet();
        }
    }

    private void awaitNonePending(LogPartition changelog) {
        if (thread == null) {
            driveAll();
            return;
        }
        try {
            synchronized (answers) {
                while (pending.containsKey(changelog) && !closed) {
                    answers.wait(WAIT_MS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException(LogException.Kind.RETRY, "interrupted while commits were under way", e);
        }
    }

    /** Without a thread, whoever waits does its work: all of it, as a thread would have by then. */
    private void driveAll() {
        int done;
        do {
            done = doWork();
        } while (done > 0);
    }

    /** Asks for a commit. Requests are committed in the order of the calls; any thread. */
    public void submit(CommitRequest request) {
        pending.merge(request.changelog(), 1, Integer::sum);
        queue.add(request);
        if (!request.canWait()) {
            hurry();
        }
    }

    /** Says that something that was submitted, and could wait for others, can do so no more; any thread. */
    public void hurry() {
        hurried.release();
    }

    private void run() {
        while (!closed) {
            try {
                CommitRequest first = queue.poll(WAIT_MS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    linger(first);
                    commit(gather(first));
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void linger(CommitRequest first) throws InterruptedException {
        // What is said from here on is heard; what was said before can be seen.
        hurried.drainPermits();
        boolean nobodyWaits = !closed && awaiting.get() == 0;
        if (nobodyWaits && first.canWait() && queue.stream().allMatch(CommitRequest::canWait)) {
            boolean unused = hurried.tryAcquire(lingerMs, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Commits what waits, as much as goes into one transaction. Blocks until it is committed.
     *
     * @return number of requests, 0 when none waited
     */
    public int doWork() {
        CommitRequest first = queue.poll();
        if (first == null) {
            return 0;
        }
        List<CommitRequest> batch = gather(first);
        int size = batch.size();
        commit(batch);
        return size;
    }

    private List<CommitRequest> gather(CommitRequest first) {
        List<CommitRequest> batch = new ArrayList<>();
        CommitRequest request = first;
        long bytes = 0;
        while (request != null) {
            batch.add(request);
            bytes += request.sizeBytes();
            CommitRequest next = bytes < MAX_TRANSACTION_BYTES ? queue.peek() : null;
            request = next == null || batch.stream().anyMatch(next::apartFrom) ? null : queue.poll();
        }
        return batch;
    }

    private void commit(List<CommitRequest> batch) {
        try {
            List<CommitRequest> current = new ArrayList<>();
            Map<LogPartition, Long> offsets = commitCurrent(batch, current);
            current.forEach(request -> request.committed(offsets));
            batch.removeAll(current);
            LogException outdated = new LogException(LogException.Kind.RETRY, "a commit before this one failed", null);
            batch.forEach(request -> request.failed(outdated));
            settle(current);
            settle(batch);
        } catch (LogException e) {
            fail(batch, e);
        } catch (Throwable e) {
            LOG.atError().setCause(e).log("A commit has failed");
            fail(batch, new LogException(LogException.Kind.RETRY, "the commit failed: " + e, e));
        }
    }

    private Map<LogPartition, Long> commitCurrent(List<CommitRequest> batch, List<CommitRequest> current) {
        synchronized (commitLock) {
            LeaseLog held = collectCurrent(batch, current);
            // Each request knows from now on that it is written, or is not.
            Chain records =
                    new Chain(current.stream().map(CommitRequest::records).toList());
            // Without the other lock: slots are opened meanwhile.
            return held == null || !records.hasNext() ? Map.of() : held.commit(() -> records);
        }
    }

    /** The records of some requests, one after the other. */
    private static final class Chain implements Iterator<LogRecord> {
        private final Iterator<Iterable<LogRecord>> requests;
        private Iterator<LogRecord> records = Collections.emptyIterator();

        Chain(List<Iterable<LogRecord>> requests) {
            this.requests = requests.iterator();
        }

        @Override
        public boolean hasNext() {
            while (!records.hasNext() && requests.hasNext()) {
                records = requests.next().iterator();
            }
            return records.hasNext();
        }

        @Override
        public LogRecord next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return records.next();
        }
    }

    private @Nullable LeaseLog collectCurrent(List<CommitRequest> batch, List<CommitRequest> current) {
        synchronized (leaseLock) {
            for (CommitRequest request : batch) {
                if (lease != null && request.term() == term) {
                    current.add(request);
                }
            }
            return lease;
        }
    }

    /**
     * Everything that waits fails, too: requests of a slot build on each other, and the slot of a failed one will be opened anew.
     */
    private void fail(List<CommitRequest> batch, LogException problem) {
        List<CommitRequest> failed = new ArrayList<>(batch);
        synchronized (commitLock) {
            synchronized (leaseLock) {
                term++;
                if (lease != null) {
                    lease.close();
                    lease = null;
                }
                queue.drainTo(failed);
            }
        }
        failed.forEach(request -> request.failed(problem));
        settle(failed);
    }

    private void settle(List<CommitRequest> requests) {
        for (CommitRequest request : requests) {
            pending.computeIfPresent(
                    request.changelog(), (any, count) -> count == 1 ? null : Integer.valueOf(count - 1));
        }
        synchronized (answers) {
            answers.notifyAll();
        }
    }

    @Override
    public void close() {
        boolean unused = stop();
    }

    /** Closes it; what waits fails. Returns false when a commit is still under way after a while, which may then yet become durable. */
    public boolean stop() {
        closed = true;
        hurry();
        Thread running = thread;
        if (running != null) {
            try {
                running.join(TimeUnit.SECONDS.toMillis(15));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        fail(new ArrayList<>(), new LogException(LogException.Kind.RETRY, "the worker lets go of the pipeline", null));
        return running == null || !running.isAlive();
    }
}
