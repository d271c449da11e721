package io.weirflow.worker.operators;

import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;
import io.weirflow.api.state.StateTable;
import io.weirflow.worker.aggregate.Accumulators;
import io.weirflow.worker.aggregate.Aggregator;
import io.weirflow.worker.operators.WriteBackCache.Entry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tumbling, hopping and cumulating windows.
 *
 * <p>Implementation note. A row is added once, to the group of its key in its {@link Slicing slice}: one comparison finds the slice (mostly that
 * of the row before), one look-up the group. Results are put together from slices when a window ends; in a tumbling window there is one,
 * which is used as it is. The table is ordered by (slice, key), so a window fires by merging one scan for each of its slices, in the order of
 * keys and without holding its groups. The slices that exist are few and known on the heap, and so is the time at which the next window ends: a
 * watermark with nothing due costs one comparison. A group that does not live through a checkpoint never reaches the table.
 *
 * <p>Slices that are gone are deleted at once as long as all of their groups are on the heap. Otherwise they are left in the table, where nothing reads them any more, and some of their
 * groups are deleted with each checkpoint, more than come meanwhile ({@link Leftovers}).
 *
 * <p>A late row goes into its slice as long as a window with that slice is kept. Windows with it that have fired and are kept give a
 * corrected result at once, windows that are gone do not, and the rest fire in time.
 */
final class SlicedWindows implements WindowStorage {

    /** Groups of slices that are gone which a checkpoint deletes beside as many as have come. */
    private static final int SWEPT_AT_LEAST = 4_096;

    /** A slice that has rows. */
    private static final class Slice {
        final long number;
        final long startMs;
        final long endMs;
        final long firstEnd;
        final long lastEnd;
        /** When the first window with this slice fires. */
        final long firesMs;
        /** When the last one is gone. */
        final long goneMs;

        final WriteBackCache<Accumulators> groups;

        /** Whether it is among the slices that have rows. */
        boolean kept;

        Slice(long number, Slicing slicing, long allowedLatenessMs, WriteBackCache<Accumulators> groups) {
            this.number = number;
            this.startMs = slicing.startMs(number);
            this.endMs = slicing.startMs(number + 1);
            this.firstEnd = slicing.firstEnd(number);
            this.lastEnd = slicing.lastEnd(number);
            this.firesMs = slicing.startMs(firstEnd) - 1;
            this.goneMs = slicing.startMs(lastEnd) - 1 + allowedLatenessMs;
            this.groups = groups;
        }
    }

    private final Slicing slicing;
    private final long allowedLatenessMs;
    private final KeyEncoder keys;
    private final Aggregator aggregator;
    private final WindowResults results;
    private final WindowProgress progress;
    private final HeapBudget budget;
    private final AccumulatorsCodec codec;
    private final WriteBackCache.Parts<Accumulators> splitting;

    /** Where the slices of a window are put together. */
    private final Accumulators whole;

    private final TreeMap<Long, Slice> slices = new TreeMap<>();
    private final Leftovers leftovers = new Leftovers();

    /** Since the last checkpoint. */
    private int groupsAdded;

    /** The slice of the last row; it may have no rows yet. */
    private @Nullable Slice current;

    /** No window that has not fired yet fires before. */
    private long nextFiresMs = Long.MAX_VALUE;

    SlicedWindows(
            Slicing slicing,
            long allowedLatenessMs,
            KeyEncoder keys,
            Aggregator aggregator,
            WindowResults results,
            List<StateTable> tables,
            WindowProgress progress,
            HeapBudget budget) {
        this.slicing = slicing;
        this.allowedLatenessMs = allowedLatenessMs;
        this.keys = keys;
        this.aggregator = aggregator;
        this.results = results;
        this.progress = progress;
        this.budget = budget;
        this.codec = new AccumulatorsCodec(aggregator);
        this.whole = aggregator.create();
        // A correction reads the group anyway.
        this.splitting = new WriteBackCache.Parts<>(tables, codec, aggregator.canBeSplit() && allowedLatenessMs == 0);
        tables.forEach(this::findSlices);
        nextFiresMs = slices.isEmpty() ? Long.MAX_VALUE : Long.MIN_VALUE;
    }

    private void findSlices(StateTable in) {
        boolean found = true;
        byte[] from = {};
        while (found) {
            try (StateTable.Cursor cursor = in.scan(from, null)) {
                found = cursor.next();
                if (found) {
                    long number = ByteBuffer.wrap(cursor.key()).getLong() ^ Long.MIN_VALUE;
                    if (!slices.containsKey(number)) {
                        keepOrSweep(in, number);
                    }
                    from = prefix(number + 1);
                }
            }
        }
    }

    private void keepOrSweep(StateTable in, long number) {
        Slice found = newSlice(number, WriteBackCache.ofRange(splitting, prefix(number), codec, budget));
        if (progress.watermarkMs() < found.goneMs) {
            found.kept = true;
            slices.put(number, found);
        } else {
            sweep(in, number);
        }
    }

    private void sweep(StateTable in, long slice) {
        leftovers.add(in, prefix(slice), prefix(slice + 1));
    }

    private static byte[] prefix(long slice) {
        return ByteBuffer.allocate(Long.BYTES).putLong(slice ^ Long.MIN_VALUE).array();
    }

    private Slice newSlice(long number, WriteBackCache<Accumulators> groups) {
        return new Slice(number, slicing, allowedLatenessMs, groups);
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) throws RowException {
        Slice slice = current;
        if (slice == null || eventTimeMs < slice.startMs || eventTimeMs >= slice.endMs) {
            slice = sliceOf(eventTimeMs);
            current = slice;
        }
        if (progress.watermarkMs() >= slice.goneMs) {
            out.emitLate(row, eventTimeMs);
            return;
        }
        keys.encode(row);
        Entry<Accumulators> group = add(slice, row, progress.nextOrdinal());
        if (allowedLatenessMs > 0 && progress.watermarkMs() >= slice.firesMs) {
            correct(slice, group.key, out);
        }
    }

    private Entry<Accumulators> add(Slice slice, Row row, long ordinal) throws RowException {
        Entry<Accumulators> group = slice.groups.find(keys.array(), keys.length());
        boolean isPart = group == null ? slice.groups.missedPart() : group.isPart();
        Accumulators state = group == null ? aggregator.create() : group.value;
        if (!isPart) {
            aggregator.add(state, row, ordinal);
        } else if (!aggregator.addIfSmall(state, row, ordinal)) {
            return addToWhole(slice, group, row, ordinal);
        }
        return changed(slice, group, state);
    }

    /** The sum of a part would get so large that it takes the whole to see whether it stays in range. */
    private Entry<Accumulators> addToWhole(Slice slice, @Nullable Entry<Accumulators> part, Row row, long ordinal)
            throws RowException {
        Entry<Accumulators> group = part;
        if (group == null) {
            group = slice.groups.findWhole(keys.array(), keys.length());
        } else {
            slice.groups.unite(group);
        }
        Accumulators state = group == null ? aggregator.create() : group.value;
        aggregator.add(state, row, ordinal);
        return changed(slice, group, state);
    }

    private Entry<Accumulators> changed(Slice slice, @Nullable Entry<Accumulators> known, Accumulators state) {
        Entry<Accumulators> group = known;
        if (group == null) {
            group = slice.groups.add(keys.array(), keys.length(), state);
            groupsAdded++;
            keep(slice);
        } else {
            slice.groups.changed(group);
        }
        return group;
    }

    private Slice sliceOf(long timeMs) {
        long number = slicing.sliceOf(timeMs);
        Slice slice = slices.get(number);
        // Slices in the table are all known, so there is nothing in it for a new one.
        return slice != null
                ? slice
                : newSlice(number, WriteBackCache.ofNewRange(splitting, prefix(number), codec, budget));
    }

    private void keep(Slice slice) {
        if (!slice.kept) {
            slice.kept = true;
            slices.put(slice.number, slice);
            nextFiresMs = Math.min(nextFiresMs, slicing.startMs(firstEndAfter(slice, progress.lastEnd())) - 1);
        }
    }

    /** Returns the first end of a window with the slice after another end; it may be later than the slice's last. */
    private long firstEndAfter(Slice slice, long end) {
        return end < slice.firstEnd
                ? slice.firstEnd
                : slice.firstEnd + ((end - slice.firstEnd) / slicing.endStep() + 1) * slicing.endStep();
    }

    /** A late row has come: tells the windows with it that have fired and are kept once more. */
    private void correct(Slice slice, byte[] key, Output out) {
        for (long end = slice.firstEnd; end <= slice.lastEnd; end += slicing.endStep()) {
            long firesMs = slicing.startMs(end) - 1;
            if (progress.watermarkMs() < firesMs) {
                return;
            }
            if (progress.watermarkMs() < firesMs + allowedLatenessMs) {
                List<Entry<Accumulators>> parts = new ArrayList<>();
                for (Slice part : slicesOf(end)) {
                    Entry<Accumulators> entry = part.groups.find(key, key.length);
                    if (entry != null) {
                        parts.add(entry);
                    }
                }
                emit(key, end, parts, out);
            }
        }
    }

    private Iterable<Slice> slicesOf(long end) {
        return slices.subMap(slicing.firstSlice(end), end).values();
    }

    private void emit(byte[] key, long end, List<Entry<Accumulators>> parts, Output out) {
        emit(key, slicing.startMs(slicing.firstSlice(end)), slicing.startMs(end), parts, out);
    }

    private void emit(byte[] key, long startMs, long endMs, List<Entry<Accumulators>> parts, Output out) {
        Accumulators state = parts.get(0).value;
        if (parts.size() > 1) {
            whole.set(state);
            state = whole;
            try {
                for (int i = 1; i < parts.size(); i++) {
                    aggregator.merge(whole, parts.get(i).value);
                }
            } catch (RowException e) {
                results.emitFailure(key, startMs, endMs, e, out);
                return;
            }
        }
        results.emit(key, startMs, endMs, state, out);
    }

    @Override
    public boolean looksAhead() {
        for (Slice slice : slices.values()) {
            if (!slice.groups.complete()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void expect(Row row, long eventTimeMs, ExpectedKeys expected) throws RowException {
        Slice slice = slices.get(slicing.sliceOf(eventTimeMs));
        if (slice != null) {
            keys.encode(row);
            slice.groups.expect(keys.array(), keys.length(), expected);
        }
    }

    @Override
    public boolean advance(long watermarkMs, Output out) {
        if (watermarkMs <= progress.watermarkMs()) {
            return true;
        }
        while (nextFiresMs <= watermarkMs) {
            long end = nextEnd();
            if (end == Long.MAX_VALUE) {
                nextFiresMs = Long.MAX_VALUE;
                break;
            }
            nextFiresMs = slicing.startMs(end) - 1;
            if (nextFiresMs <= watermarkMs && !fire(end, out)) {
                return false;
            }
        }
        progress.setWatermarkMs(watermarkMs);
        // Windows without rows have passed, too: rows that come for them now are late.
        progress.setEmitted(slicing.sliceOf(clamp(watermarkMs) + 1), null);
        dropSlices();
        return true;
    }

    private static long clamp(long watermarkMs) {
        long limitMs = 2 * WindowAggregateOperator.MAX_TIME_MS;
        return Math.max(-limitMs, Math.min(limitMs, watermarkMs));
    }

    /** Returns the end of the next window to fire, or the largest number when all have fired. */
    private long nextEnd() {
        long fired = progress.lastKey() == null ? progress.lastEnd() : progress.lastEnd() - 1;
        long next = Long.MAX_VALUE;
        for (Slice slice : slices.values()) {
            long end = firstEndAfter(slice, fired);
            if (end <= slice.lastEnd && end < next) {
                next = end;
            }
            if (slice.firstEnd >= next) {
                break;
            }
        }
        return next;
    }

    /** Emits a window, or the rest of it; false when there is no room. */
    private boolean fire(long end, Output out) {
        byte[] lastKey = progress.lastEnd() == end ? progress.lastKey() : null;
        List<Slice> parts = new ArrayList<>();
        slicesOf(end).forEach(parts::add);
        long startMs = slicing.startMs(slicing.firstSlice(end));
        long endMs = slicing.startMs(end);
        try (SliceMerge<Accumulators> merge =
                new SliceMerge<>(parts.stream().map(slice -> slice.groups).toList(), lastKey)) {
            while (merge.next()) {
                if (!out.hasRoom()) {
                    if (lastKey != null) {
                        progress.setEmitted(end, lastKey);
                    }
                    return false;
                }
                lastKey = merge.key();
                if (allowedLatenessMs == 0) {
                    forgetLast(merge, parts, end);
                }
                emit(lastKey, startMs, endMs, merge.entries(), out);
            }
        }
        progress.setEmitted(end, null);
        return true;
    }

    /** The current key is not needed any more in slices of which this is the last window. */
    private static void forgetLast(SliceMerge<Accumulators> merge, List<Slice> parts, long end) {
        for (int i = 0; i < merge.entries().size(); i++) {
            Slice slice = parts.get(merge.part(i));
            if (slice.lastEnd == end) {
                slice.groups.forget(merge.entries().get(i));
            }
        }
    }

    private void dropSlices() {
        for (Iterator<Slice> all = slices.values().iterator(); all.hasNext(); ) {
            Slice slice = all.next();
            if (progress.watermarkMs() < slice.goneMs) {
                return;
            }
            if (!slice.groups.complete()) {
                slice.groups.tables().forEach(table -> sweep(table, slice.number));
            }
            slice.groups.drop();
            all.remove();
        }
    }

    @Override
    public void writeBack() {
        leftovers.sweep(SWEPT_AT_LEAST + groupsAdded);
        groupsAdded = 0;
        int mostParts = 1;
        for (Slice slice : slices.values()) {
            slice.groups.writeBack();
            mostParts = Math.max(mostParts, slice.groups.tables().size());
        }
        progress.setMostParts(mostParts);
    }

    @Override
    public void evict(boolean onlyIdle) {
        for (Slice slice : slices.values()) {
            slice.groups.evict(onlyIdle);
            if (budget.relaxed()) {
                return;
            }
        }
    }
}
