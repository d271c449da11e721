package io.weirflow.testkit.log;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.ControlLogWriter;
import io.weirflow.protocol.log.FencedException;
import java.util.ArrayList;
import java.util.List;

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

    /** Opens a reader, which begins with the first record. */
    public ControlLogReader openReader() {
        int end = records.size();
        return new ControlLogReader() {
            private int next;

            @Override
            public List<ControlRecord> poll(long maxWaitMs) {
                List<ControlRecord> more = List.copyOf(records.subList(next, records.size()));
                next = records.size();
                return more;
            }

            @Override
            public boolean caughtUp() {
                return next >= end;
            }

            @Override
            public void close() {}
        };
    }
}
