package io.weirflow.connectors.generator;

import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.pipeline.EventTime;
import java.util.function.LongSupplier;

/**
 * Hands over the numbers of events, 8 bytes each, big end first; the position is how many of the partition came before. The rate only
 * delays records, it never changes them.
 */
final class GeneratorReader implements PartitionReader {

    static final int RECORD_BYTES = Long.BYTES;

    private final int partition;
    private final int partitions;
    private final long count;
    private final double recordsPerSecond;
    private final LongSupplier nanoClock;
    private final byte[] record = new byte[RECORD_BYTES];

    private long next;
    private long firstNext;
    private long startedNanos;
    private boolean started;

    /**
     * @param count records of this partition; negative for no end
     * @param recordsPerSecond of this partition; 0 for as fast as it goes
     * @param nanoClock a monotonic clock
     */
    GeneratorReader(int partition, int partitions, long count, double recordsPerSecond, LongSupplier nanoClock) {
        this.partition = partition;
        this.partitions = partitions;
        this.count = count;
        this.recordsPerSecond = recordsPerSecond;
        this.nanoClock = nanoClock;
    }

    @Override
    public void seek(long position) {
        next = position;
    }

    @Override
    public int poll(Handler handler, int maxRecords) {
        long allowed = Math.min(maxRecords, allowedByRate());
        int handed = 0;
        while (handed < allowed && !ended()) {
            putNumber(next * partitions + partition);
            handler.record(next, next + 1, EventTime.NONE_MS, record, 0, RECORD_BYTES);
            next++;
            handed++;
        }
        return handed;
    }

    private long allowedByRate() {
        if (recordsPerSecond == 0) {
            return Long.MAX_VALUE;
        }
        long nowNanos = nanoClock.getAsLong();
        if (!started) {
            started = true;
            startedNanos = nowNanos;
            firstNext = next;
        }
        long due = (long) ((nowNanos - startedNanos) * 1e-9 * recordsPerSecond) + 1;
        return Math.max(0, due - (next - firstNext));
    }

    private void putNumber(long number) {
        for (int i = 0; i < RECORD_BYTES; i++) {
            record[i] = (byte) (number >>> 8 * (RECORD_BYTES - 1 - i));
        }
    }

    static long number(byte[] bytes, int offset) {
        long number = 0;
        for (int i = 0; i < RECORD_BYTES; i++) {
            number = number << 8 | bytes[offset + i] & 0xFF;
        }
        return number;
    }

    @Override
    public boolean ended() {
        return count >= 0 && next >= count;
    }

    @Override
    public String logName(long position) {
        return "generator";
    }

    @Override
    public long lag() {
        return count < 0 ? -1 : Math.max(0, count - next);
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
