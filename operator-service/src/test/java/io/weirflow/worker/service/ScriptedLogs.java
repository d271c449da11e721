package io.weirflow.worker.service;

import io.weirflow.api.KafkaAccess;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.ChangelogTail;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.FleetAppender;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A control log that a test writes, reports that it reads, and nothing else: leases are refused, unless the test grants them. */
final class ScriptedLogs implements WorkerLogs {

    private final List<ControlRecord> decisions = new CopyOnWriteArrayList<>();
    private final List<FleetRecord> reports = new CopyOnWriteArrayList<>();
    private final Semaphore never = new Semaphore(0);
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile @Nullable CountDownLatch granted;

    void decide(ControlRecord... more) {
        decisions.addAll(List.of(more));
    }

    /** Whoever asks for a lease waits until {@link #grant}. */
    void grantLater() {
        granted = new CountDownLatch(1);
    }

    /** Returns whether somebody has asked for a lease. */
    boolean asked() {
        return asked.getCount() == 0;
    }

    /** Grants a lease to those who wait for one and to all who come. */
    void grant() {
        Objects.requireNonNull(granted).countDown();
    }

    List<FleetRecord> reports() {
        return reports;
    }

    private void await(long timeoutMs) {
        try {
            boolean unused = never.tryAcquire(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public KafkaAccess kafka() {
        return KafkaAccess.open("");
    }

    @Override
    public ControlLogReader openControlLog() {
        return new ControlLogReader() {
            private int next;

            @Override
            public List<ControlRecord> poll(long maxWaitMs) {
                if (next == decisions.size()) {
                    await(maxWaitMs);
                }
                List<ControlRecord> now = List.copyOf(decisions);
                List<ControlRecord> more = new ArrayList<>(now.subList(next, now.size()));
                next = now.size();
                return more;
            }

            @Override
            public boolean caughtUp() {
                return next == decisions.size();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public FleetAppender openFleet() {
        return new FleetAppender() {
            @Override
            public void append(FleetRecord report) {
                reports.add(report);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public FleetReader openFleetReader() {
        return new FleetReader() {
            @Override
            public List<FleetRecord> poll(long maxWaitMs) {
                await(maxWaitMs);
                return List.of();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public LeaseLog openLease(String transactionalId) {
        return new LeaseLog() {
            @Override
            public void acquire() {
                CountDownLatch grant = granted;
                if (grant == null) {
                    throw new LogException(LogException.Kind.RETRY, "nobody grants a lease here", null);
                }
                asked.countDown();
                try {
                    grant.await();
                } catch (InterruptedException e) {
                    throw new LogException(LogException.Kind.RETRY, "interrupted", e);
                }
            }

            @Override
            public Map<LogPartition, Long> commit(Iterable<LogRecord> records) {
                throw new IllegalStateException("not held");
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public ChangelogReader changelogs() {
        return (partition, fromOffset, handler) -> {
            throw new IllegalStateException("nobody may read");
        };
    }

    @Override
    public ChangelogTail openChangelogTail() {
        throw new IllegalStateException("nothing is followed");
    }

    @Override
    public FrameSender openFrameSender() {
        return new FrameSender() {
            @Override
            public void send(LogPartition to, byte[] frame, Callback callback) {
                throw new IllegalStateException("no slot is open");
            }

            @Override
            public void send(LogRecord row, Callback callback) {
                throw new IllegalStateException("no slot is open");
            }

            @Override
            public boolean congested() {
                return false;
            }

            @Override
            public void flushSoon() {}

            @Override
            public void close() {}
        };
    }

    @Override
    public InboxReader openInboxReader(String name) {
        return new InboxReader() {
            @Override
            public void start(LogPartition partition, long offset) {}

            @Override
            public void stop(LogPartition partition) {}

            @Override
            public void pause(LogPartition partition) {}

            @Override
            public void resume(LogPartition partition) {}

            @Override
            public int poll(long timeoutMs, Handler handler) {
                await(timeoutMs);
                return 0;
            }

            @Override
            public long lag(LogPartition partition) {
                return 0;
            }

            @Override
            public void close() {}
        };
    }
}
