package io.weirflow.worker.call;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latest answers of one step, by their question. It lies with whoever asks: it decides what a result says, and the result goes through the log like any
 * other. So its clock is the worker's. Those that were not asked for the longest go first. Used by the slot's thread.
 */
final class AnswerCache {

    private final long ttlMs;
    private final Map<String, Entry> entries;

    private record Entry(byte[] answer, long untilMs) {}

    /** @param size 0 keeps nothing */
    AnswerCache(long ttlMs, int size) {
        this.ttlMs = ttlMs;
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
                return size() > size;
            }
        };
    }

    byte @Nullable [] get(String question, long nowMs) {
        Entry entry = entries.get(question);
        if (entry == null) {
            return null;
        }
        if (nowMs < entry.untilMs()) {
            return entry.answer();
        }
        entries.remove(question);
        return null;
    }

    void put(String question, byte[] answer, long nowMs) {
        if (ttlMs > 0) {
            entries.put(question, new Entry(answer, nowMs + ttlMs));
        }
    }
}
