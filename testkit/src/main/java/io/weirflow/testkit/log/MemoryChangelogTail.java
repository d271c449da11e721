package io.weirflow.testkit.log;

import io.weirflow.protocol.log.ChangelogTail;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Follows changelogs up to the last stable offset (K7). */
public final class MemoryChangelogTail implements ChangelogTail {

    private final MemoryLog log;
    private final Map<LogPartition, Reading> readings = new LinkedHashMap<>();
    private int maxRecords = Integer.MAX_VALUE;

    private static final class Reading {
        private long next;

        /** The last stable offset when it was read last: a real reader knows no newer one. */
        private long end = -1;
    }

    public MemoryChangelogTail(MemoryLog log) {
        this.log = log;
    }

    /** Bounds the records of one poll of one partition. */
    public void setMaxRecords(int newMaxRecords) {
        maxRecords = newMaxRecords;
    }

    @Override
    public void start(LogPartition partition, long offset) {
        if (offset > log.end(partition)) {
            throw new LogException(LogException.Kind.FATAL, "the changelog " + partition + " has lost data", null);
        }
        Reading reading = new Reading();
        reading.next = Math.max(offset, log.start(partition));
        readings.put(partition, reading);
    }

    @Override
    public void stop(LogPartition partition) {
        readings.remove(partition);
    }

    @Override
    public int poll(long maxWaitMs, Handler handler) {
        int count = 0;
        for (Map.Entry<LogPartition, Reading> one : readings.entrySet()) {
            count += read(one.getKey(), one.getValue(), handler);
        }
        return count;
    }

    private int read(LogPartition partition, Reading reading, Handler handler) {
        reading.end = log.lastStable(partition);
        int count = 0;
        for (long offset = Math.max(reading.next, log.start(partition)); offset < reading.end; offset++) {
            MemoryLog.Entry entry = log.readCommitted(partition, offset);
            if (entry == null) {
                continue;
            }
            if (count == maxRecords) {
                return count;
            }
            handler.record(partition, offset, Objects.requireNonNull(entry.key()), entry.value());
            reading.next = offset + 1;
            count++;
        }
        reading.next = Math.max(reading.next, reading.end);
        return count;
    }

    @Override
    public long position(LogPartition partition) {
        return reading(partition).next;
    }

    @Override
    public long lag(LogPartition partition) {
        Reading reading = reading(partition);
        return reading.end < 0 ? -1 : reading.end - reading.next;
    }

    private Reading reading(LogPartition partition) {
        Reading reading = readings.get(partition);
        if (reading == null) {
            throw new IllegalStateException(partition + " is not read");
        }
        return reading;
    }

    @Override
    public void close() {
        readings.clear();
    }
}
