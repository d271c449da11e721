package io.weirflow.worker.operators;

import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;
import io.weirflow.worker.aggregate.Accumulators;
import io.weirflow.worker.aggregate.Aggregator;
import io.weirflow.worker.operators.KeySessions.Session;
import io.weirflow.worker.operators.WriteBackCache.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Session windows: rows of a key at most the gap apart share one; it spans the first row to the last row + gap.
 *
 * <p>A row joins the sessions that it touches, and what it connects becomes one. The gap is part of the session, so it fires when the watermark reaches its end, and not 1 ms before as other
 * windows do: a row that comes exactly the gap after the last one is not late until then, and belongs to it. For the same reason the result has the time of the end: the watermark
 * that went on last may have been 1 ms before. A session is kept for the allowed lateness after that: a late row that touches it makes it grow. Is the end of what it has grown
 * to still past, the corrected result, with its new bounds, is emitted at once; otherwise the session is open again and fires when it ends.
 * What was emitted before for a part of it is not taken back. A late row that touches nothing begins a session of its own, unless that would be
 * gone already.
 *
 * <p>Implementation note. All sessions of a key, mostly one, are one value in a {@link WriteBackCache}. The {@link DueIndex} has one entry for each
 * key, no later than the first time at which one of its sessions fires or is gone; a row that makes a session longer does not touch it.
 */
final class SessionWindows implements WindowStorage {

    private final long gapMs;
    private final long allowedLatenessMs;
    private final KeyEncoder keys;
    private final Aggregator aggregator;
    private final WindowResults results;
    private final WriteBackCache<KeySessions> cache;
    private final DueIndex dueIndex;
    private final WindowProgress progress;

    SessionWindows(
            long gapMs,
            long allowedLatenessMs,
            KeyEncoder keys,
            Aggregator aggregator,
            WindowResults results,
            WriteBackCache<KeySessions> cache,
            DueIndex dueIndex,
            WindowProgress progress) {
        if (gapMs < 1) {
            throw new IllegalArgumentException("a session's gap of " + gapMs + " ms is not positive");
        }
        this.gapMs = gapMs;
        this.allowedLatenessMs = allowedLatenessMs;
        this.keys = keys;
        this.aggregator = aggregator;
        this.results = results;
        this.cache = cache;
        this.dueIndex = dueIndex;
        this.progress = progress;
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) throws RowException {
        keys.encode(row);
        Entry<KeySessions> entry = cache.find(keys.array(), keys.length());
        Session touched = entry == null ? null : entry.value.touchedBy(eventTimeMs, gapMs);
        if (touched == null && eventTimeMs + gapMs + allowedLatenessMs <= progress.watermarkMs()) {
            out.emitLate(row, eventTimeMs);
            return;
        }
        Session session = joined(touched, row, eventTimeMs);
        if (entry == null) {
            entry = cache.add(keys.array(), keys.length(), new KeySessions());
        } else {
            cache.changed(entry);
        }
        if (session != touched) {
            entry.value.removeIf(other -> other.touches(eventTimeMs, gapMs));
            entry.value.add(session);
        }
        adjustIndex(entry, progress.watermarkMs());
        if (firesMs(session) <= progress.watermarkMs()) {
            emit(entry.key, session, out);
        }
    }

    /**
     * Returns one session of the row and all that it touches: the one that it touches or a new one. They are as before when this throws.
     *
     * @param touched the first session that the row touches
     */
    private Session joined(@Nullable Session touched, Row row, long timeMs) throws RowException {
        long ordinal = progress.nextOrdinal();
        if (touched != null && (touched.next == null || !touched.next.touches(timeMs, gapMs))) {
            aggregator.add(touched.state, row, ordinal);
            touched.include(timeMs, timeMs);
            return touched;
        }
        Accumulators state = aggregator.create();
        Session session = new Session(timeMs, timeMs, state);
        for (Session part = touched; part != null && part.touches(timeMs, gapMs); part = part.next) {
            aggregator.merge(state, part.state);
            session.include(part.startMs, part.lastMs);
        }
        aggregator.add(state, row, ordinal);
        return session;
    }

    private long firesMs(Session session) {
        return session.lastMs + gapMs;
    }

    private void emit(byte[] key, Session session, Output out) {
        results.emitSession(key, session.startMs, session.lastMs + gapMs, session.state, out);
    }

    /** Sees to it that the key is due no later than anything is to be done for it after {@code nowMs}. */
    private void adjustIndex(Entry<KeySessions> entry, long nowMs) {
        long nextMs = Long.MAX_VALUE;
        for (Session session = entry.value.first; session != null; session = session.next) {
            long firesMs = firesMs(session);
            nextMs = Math.min(nextMs, firesMs > nowMs ? firesMs : firesMs + allowedLatenessMs);
        }
        if (nextMs < entry.value.dueMs) {
            if (entry.value.dueMs != KeySessions.NOT_DUE) {
                dueIndex.remove(entry.value.dueMs, entry.key);
            }
            entry.value.dueMs = nextMs;
            dueIndex.add(nextMs, entry.key);
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
        if (watermarkMs <= progress.watermarkMs()) {
            return true;
        }
        boolean done = dueIndex.fireDue(
                Math.min(watermarkMs, Long.MAX_VALUE - 1), out, (key, timeMs) -> due(key, timeMs, out));
        if (done) {
            progress.setWatermarkMs(watermarkMs);
        }
        return done;
    }

    private void due(byte[] key, long timeMs, Output out) {
        @Nullable Entry<KeySessions> entry = cache.find(key, key.length);
        if (entry == null) {
            throw new IllegalStateException("a session is due of which nothing is known");
        }
        for (Session session = entry.value.first; session != null; session = session.next) {
            if (firesMs(session) == timeMs) {
                emit(key, session, out);
            }
        }
        entry.value.removeIf(session -> firesMs(session) + allowedLatenessMs <= timeMs);
        entry.value.dueMs = KeySessions.NOT_DUE;
        if (entry.value.first == null) {
            cache.remove(entry);
        } else {
            cache.changed(entry);
            adjustIndex(entry, timeMs);
        }
    }

    @Override
    public void writeBack() {
        cache.writeBack();
        dueIndex.writeBack();
    }

    @Override
    public void evict(boolean onlyIdle) {
        cache.evict(onlyIdle);
    }
}
