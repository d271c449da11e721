package io.weirflow.testkit.log;

import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.log.FleetAppender;
import io.weirflow.protocol.log.FleetReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The workers' reports, some of which may be lost. */
public final class MemoryFleet {

    private final List<FleetRecord> records = new ArrayList<>();
    private final Predicate<FleetRecord> arrives;

    /** @param arrives decides whether a report arrives */
    public MemoryFleet(Predicate<FleetRecord> arrives) {
        this.arrives = arrives;
    }

    public FleetAppender openAppender() {
        return new FleetAppender() {
            @Override
            public void append(FleetRecord report) {
                if (arrives.test(report)) {
                    records.add(report);
                }
            }

            @Override
            public void close() {}
        };
    }

    /** Opens a reader, which begins with what comes from now on. */
    public FleetReader openReader() {
        int from = records.size();
        return new FleetReader() {
            private int next = from;

            @Override
            public List<FleetRecord> poll(long maxWaitMs) {
                List<FleetRecord> more = List.copyOf(records.subList(next, records.size()));
                next = records.size();
                return more;
            }

            @Override
            public void close() {}
        };
    }
}
