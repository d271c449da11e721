package io.weirflow.testkit.log;

import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads inboxes, read_uncommitted (K6). */
public final class MemoryInboxReader implements InboxReader {

    private final MemoryLog log;
    private final Map<LogPartition, Reading> readings = new LinkedHashMap<>();
    private int maxRecords = Integer.MAX_VALUE;

    private static final class Reading {
        private long next;
        private boolean paused;
    }

    public MemoryInboxReader(MemoryLog log) {
        this.log = log;
    }

    /** Bounds the records of one poll of one partition. */
    public void setMaxRecords(int newMaxRecords) {
        maxRecords = newMaxRecords;
    }

    @Override
    public void start(LogPartition partition, long offset) {
        Reading reading = new Reading();
        reading.next = offset;
        readings.put(partition, reading);
    }

    @Override
    public void stop(LogPartition partition) {
        readings.remove(partition);
    }

    @Override
    public void pause(LogPartition partition) {
        Reading reading = readings.get(partition);
        if (reading != null) {
            reading.paused = true;
        }
    }

    @Override
    public void resume(LogPartition partition) {
        Reading reading = readings.get(partition);
        if (reading != null) {
            reading.paused = false;
        }
    }

    @Override
    public int poll(long timeoutMs, Handler handler) {
        int count = 0;
        for (Map.Entry<LogPartition, Reading> one : new ArrayList<>(readings.entrySet())) {
            LogPartition partition = one.getKey();
            Reading reading = one.getValue();
            if (isMissing(partition, reading)) {
                readings.remove(partition);
                handler.missing(partition, missing(partition, reading));
                continue;
            }
            for (int i = 0; i < maxRecords && !reading.paused && reading.next < log.end(partition); i++) {
                MemoryLog.Entry entry = log.read(partition, reading.next++);
                if (entry != null) {
                    byte[] value = entry.value();
                    handler.record(partition, entry.offset(), entry.timestampMs(), value == null ? new byte[0] : value);
                    count++;
                }
            }
        }
        return count;
    }

    private boolean isMissing(LogPartition partition, Reading reading) {
        return !reading.paused && (reading.next < log.start(partition) || reading.next > log.end(partition));
    }

    private LogException missing(LogPartition partition, Reading reading) {
        return new LogException(
                LogException.Kind.FATAL,
                partition + " was asked for offset " + reading.next + " but holds " + log.start(partition) + " to "
                        + log.end(partition),
                null);
    }

    @Override
    public long lag(LogPartition partition) {
        Reading reading = readings.get(partition);
        return reading == null ? -1 : log.end(partition) - reading.next;
    }

    @Override
    public void close() {
        readings.clear();
    }
}
