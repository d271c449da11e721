package io.weirflow.worker.operators;

import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.worker.aggregate.Accumulators;
import io.weirflow.worker.aggregate.Aggregator;
import java.util.ArrayList;
import java.util.List;

/** The sessions of one key that are kept, in the order of time. */
final class KeySessions {

    static final long NOT_DUE = Long.MAX_VALUE;

    /** One session: the first and the last of its rows, and what they add up to. */
    static final class Session {
        long startMs;
        long lastMs;
        final Accumulators state;

        Session(long startMs, long lastMs, Accumulators state) {
            this.startMs = startMs;
            this.lastMs = lastMs;
            this.state = state;
        }

        void include(long fromMs, long toMs) {
            startMs = Math.min(startMs, fromMs);
            lastMs = Math.max(lastMs, toMs);
        }
    }

    final List<Session> sessions = new ArrayList<>(1);

    /** The time of the key in the {@link DueIndex}. */
    long dueMs = NOT_DUE;

    /** Returns the sessions with a row at most the gap away from a time; they are neighbours. */
    List<Session> touchedBy(long timeMs, long gapMs) {
        int end = sessions.size();
        while (end > 0 && sessions.get(end - 1).startMs - gapMs > timeMs) {
            end--;
        }
        int start = end;
        while (start > 0 && sessions.get(start - 1).lastMs + gapMs >= timeMs) {
            start--;
        }
        return List.copyOf(sessions.subList(start, end));
    }

    /** Puts a session in the place of others, which may include itself. */
    void replace(List<Session> others, Session session) {
        sessions.removeAll(others);
        int at = sessions.size();
        while (at > 0 && sessions.get(at - 1).startMs > session.startMs) {
            at--;
        }
        sessions.add(at, session);
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
            out.writeVarInt(value.sessions.size());
            for (Session session : value.sessions) {
                out.writeZigZag(session.startMs);
                out.writeVarLong(session.lastMs - session.startMs);
                aggregator.write(session.state, out);
            }
        }

        @Override
        public KeySessions read(ByteReader in) {
            KeySessions value = new KeySessions();
            value.dueMs = in.readLong();
            for (int left = in.readVarInt(); left > 0; left--) {
                long startMs = in.readZigZag();
                long lastMs = startMs + in.readVarLong();
                value.sessions.add(new Session(startMs, lastMs, aggregator.read(in)));
            }
            return value;
        }
    }
}
