package io.weirflow.worker.call;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latest answers of one step, by their question. It lies with whoever asks: it decides what a result says, and the result goes through the log like any
 * other. So its clock is the worker's. Those that were not asked for the longest go first, when there are too many or they take too much heap. Used
 * by the slot's thread.
 */
final class AnswerCache {

    /** However large answers are. */
    private static final long MAX_BYTES = 16L << 20;

    private static final int ENTRY_BYTES = 128;

    private final long ttlMs;
    private final int size;
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private record Entry(byte[] answer, long untilMs) {}

    /** @param size 0 keeps nothing */
    AnswerCache(long ttlMs, int size) {
        this.ttlMs = ttlMs;
        this.size = size;
    }

    byte @Nullable [] get(String question, long nowMs) {
        Entry entry = entries.get(question);
        if (entry == null) {
            return null;
        }
        if (nowMs < entry.untilMs()) {
            return entry.answer();
        }
        remove(question);
        return null;
    }

    void put(String question, byte[] answer, long nowMs) {
        if (ttlMs == 0 || size == 0) {
            return;
        }
        remove(question);
        entries.put(question, new Entry(answer, nowMs + ttlMs));
        bytes += bytesOf(question, answer);
        Iterator<Map.Entry<String, Entry>> eldest = entries.entrySet().iterator();
        while (entries.size() > size || bytes > MAX_BYTES) {
            Map.Entry<String, Entry> one = eldest.next();
            bytes -= bytesOf(one.getKey(), one.getValue().answer());
            eldest.remove();
        }
    }

    private void remove(String question) {
        Entry removed = entries.remove(question);
        if (removed != null) {
            bytes -= bytesOf(question, removed.answer());
        }
    }

    private static long bytesOf(String question, byte[] answer) {
        return ENTRY_BYTES + 2L * question.length() + answer.length;
    }
}
