package io.weirflow.worker.operators;

import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.worker.aggregate.Accumulators;
import io.weirflow.worker.aggregate.Aggregator;
import io.weirflow.worker.operators.WriteBackCache.Entry;

/**
 * Windows of a number of rows of a key, in the order of the inbox: no row is late, and the last row gives the result. A window that is not
 * full when the input ends gives none, as in Flink's {@code countWindow}.
 */
final class CountWindows implements WindowStorage {

    /** A window that is not full. */
    static final class Group {
        final Accumulators state;
        long rows;
        long maxTimeMs;

        Group(Accumulators state, long rows, long maxTimeMs) {
            this.state = state;
            this.rows = rows;
            this.maxTimeMs = maxTimeMs;
        }
    }

    /** The binary form of groups. */
    static final class Codec implements WriteBackCache.ValueCodec<Group> {

        private final Aggregator aggregator;

        Codec(Aggregator aggregator) {
            this.aggregator = aggregator;
        }

        @Override
        public void write(Group value, ByteWriter out) {
            out.writeVarLong(value.rows);
            out.writeLong(value.maxTimeMs);
            aggregator.write(value.state, out);
        }

        @Override
        public Group read(ByteReader in) {
            long rows = in.readVarLong();
            long maxTimeMs = in.readLong();
            return new Group(aggregator.read(in), rows, maxTimeMs);
        }
    }

    private final long rowsPerWindow;
    private final KeyEncoder keys;
    private final Aggregator aggregator;
    private final WindowResults results;
    private final WriteBackCache<Group> cache;
    private final WindowProgress progress;

    CountWindows(
            long rowsPerWindow,
            KeyEncoder keys,
            Aggregator aggregator,
            WindowResults results,
            WriteBackCache<Group> cache,
            WindowProgress progress) {
        if (rowsPerWindow < 1) {
            throw new IllegalArgumentException("a window of " + rowsPerWindow + " rows is empty");
        }
        this.rowsPerWindow = rowsPerWindow;
        this.keys = keys;
        this.aggregator = aggregator;
        this.results = results;
        this.cache = cache;
        this.progress = progress;
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) throws RowException {
        keys.encode(row);
        Entry<Group> entry = cache.find(keys.array(), keys.length());
        Accumulators state = entry == null ? aggregator.create() : entry.value.state;
        aggregator.add(state, row, progress.nextOrdinal());
        if (entry == null) {
            entry = cache.add(keys.array(), keys.length(), new Group(state, 0, eventTimeMs));
        } else {
            cache.changed(entry);
        }
        Group group = entry.value;
        group.rows++;
        group.maxTimeMs = Math.max(group.maxTimeMs, eventTimeMs);
        if (group.rows == rowsPerWindow) {
            results.emitWithoutBounds(entry.key, group.state, group.maxTimeMs, out);
            cache.remove(entry);
        }
    }

    @Override
    public boolean looksAhead() {
        return !cache.complete();
    }

    @Override
    public void expect(Row row, long eventTimeMs, ExpectedKeys expected) throws RowException {
        keys.encode(row);
        cache.expect(keys.array(), keys.length(), expected);
    }

    @Override
    public boolean advance(long watermarkMs, Output out) {
        return true;
    }

    @Override
    public void writeBack() {
        cache.writeBack();
    }

    @Override
    public void evict(boolean onlyIdle) {
        cache.evict(onlyIdle);
    }
}
