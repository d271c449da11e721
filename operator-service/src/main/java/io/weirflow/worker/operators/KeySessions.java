package io.weirflow.worker.operators;

import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.worker.aggregate.Accumulators;
import io.weirflow.worker.aggregate.Aggregator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The sessions of one key that are kept: a list in the order of time, since mostly there is one. No two of them touch. */
final class KeySessions {

    static final long NOT_DUE = Long.MAX_VALUE;

    /** One session: the first and the last of its rows, and what they add up to. */
    static final class Session {
        long startMs;
        long lastMs;
        final Accumulators state;

        @Nullable
        Session next;

        Session(long startMs, long lastMs, Accumulators state) {
            this.startMs = startMs;
            this.lastMs = lastMs;
            this.state = state;
        }

        /** Whether one of its rows is at most the gap away from a time. */
        boolean touches(long timeMs, long gapMs) {
            return startMs - gapMs <= timeMs && lastMs + gapMs >= timeMs;
        }

        void include(long fromMs, long toMs) {
            startMs = Math.min(startMs, fromMs);
            lastMs = Math.max(lastMs, toMs);
        }
    }

    @Nullable
    Session first;

    /** The time of the key in the {@link DueIndex}. */
    long dueMs = NOT_DUE;

    /** Returns the first session that a time touches; others that it touches follow at once. */
    @Nullable
    Session touchedBy(long timeMs, long gapMs) {
        Session session = first;
        while (session != null && !session.touches(timeMs, gapMs)) {
            session = session.next;
        }
        return session;
    }

    void add(Session session) {
        Session before = null;
        Session after = first;
        while (after != null && after.startMs < session.startMs) {
            before = after;
            after = after.next;
        }
        session.next = after;
        if (before == null) {
            first = session;
        } else {
            before.next = session;
        }
    }

    void removeIf(Predicate<Session> condition) {
        Session kept = null;
        for (Session session = first; session != null; session = session.next) {
            if (!condition.test(session)) {
                kept = session;
            } else if (kept == null) {
                first = session.next;
            } else {
                kept.next = session.next;
            }
        }
    }

    /** The binary form. */
    static final class Codec implements WriteBackCache.ValueCodec<KeySessions> {

        private final Aggregator aggregator;

        Codec(Aggregator aggregator) {
            this.aggregator = aggregator;
        }

        @Override
        public void write(KeySessions value, ByteWriter out) {
            out.writeLong(value.dueMs);
            int size = 0;
            for (Session session = value.first; session != null; session = session.next) {
                size++;
            }
            out.writeVarInt(size);
            for (Session session = value.first; session != null; session = session.next) {
                out.writeZigZag(session.startMs);
                out.writeVarLong(session.lastMs - session.startMs);
                aggregator.write(session.state, out);
            }
        }

        @Override
        public KeySessions read(ByteReader in) {
            KeySessions value = new KeySessions();
            value.dueMs = in.readLong();
            Session last = null;
            for (int left = in.readVarInt(); left > 0; left--) {
                long startMs = in.readZigZag();
                long lastMs = startMs + in.readVarLong();
                Session session = new Session(startMs, lastMs, aggregator.read(in));
                if (last == null) {
                    value.first = session;
                } else {
                    last.next = session;
                }
                last = session;
            }
            return value;
        }
    }
}
