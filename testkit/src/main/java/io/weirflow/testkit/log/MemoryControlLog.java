package io.weirflow.testkit.log;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.ControlLogWriter;
import io.weirflow.protocol.log.FencedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The coordinator's log: one writer, whose opening fences the former; any number of readers. */
public final class MemoryControlLog {

    private final List<ControlRecord> records = new ArrayList<>();
    private int writers;

    /** Returns everything that was decided. */
    public List<ControlRecord> records() {
        return List.copyOf(records);
    }

    /** Opens a writer, which fences the former. */
    public ControlLogWriter openWriter() {
        int number = ++writers;
        return new ControlLogWriter() {
            @Override
            public void append(List<ControlRecord> more) {
                if (number != writers) {
                    throw new FencedException("another coordinator leads", new IllegalStateException("fenced"));
                }
                records.addAll(more);
            }

            @Override
            public void close() {}
        };
    }

    /** Appends whoever asks, as no broker does: for tests that plant a bug. */
    public void forceAppend(List<ControlRecord> more) {
        records.addAll(more);
    }

    /** Opens a reader, which begins with the first record. */
    public ControlLogReader openReader() {
        return openReader(List.of(), 0);
    }

    /** Opens a reader of what compaction may leave: of what is there now, the last record of each key. */
    public ControlLogReader openCompactedReader() {
        Map<String, ControlRecord> last = new LinkedHashMap<>();
        for (ControlRecord record : records) {
            last.remove(record.key());
            last.put(record.key(), record);
        }
        return openReader(List.copyOf(last.values()), records.size());
    }

    private ControlLogReader openReader(List<ControlRecord> first, int from) {
        int end = records.size();
        List<ControlRecord> before = new ArrayList<>(first);
        return new ControlLogReader() {
            private int next = from;

            @Override
            public List<ControlRecord> poll(long maxWaitMs) {
                List<ControlRecord> more = new ArrayList<>(before);
                before.clear();
                more.addAll(records.subList(next, records.size()));
                next = records.size();
                return more;
            }

            @Override
            public boolean caughtUp() {
                return before.isEmpty() && next >= end;
            }

            @Override
            public void close() {}
        };
    }
}
