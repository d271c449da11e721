package io.weirflow.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.CheckpointTriggered;
import io.weirflow.protocol.control.ControlRecord.LeaderElected;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.FleetRecord.WorkerLeft;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.ControlLogWriter;
import io.weirflow.protocol.log.FencedException;
import io.weirflow.protocol.log.FleetAppender;
import io.weirflow.protocol.log.FleetReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the control plane needs of its two topics (rule R13, fact K9), in memory and on real brokers; see {@link LogPortsSuite}. */
public abstract class ControlPortsSuite {

    private static final int MAX_POLLS = 200;
    private static final long POLL_MS = 100;

    /** Makes a control log and a fleet topic that are empty. */
    protected abstract void newTopics() throws Exception;

    /** Takes the control log. */
    protected abstract ControlLogWriter takeControlLog();

    protected abstract ControlLogReader openControlLog();

    protected abstract FleetReader openFleet();

    protected abstract FleetAppender openReports();

    @BeforeEach
    void begin() throws Exception {
        newTopics();
    }

    @Test
    void aReaderReturnsEverythingFromTheStartBeforeItHasCaughtUp() {
        List<ControlRecord> decisions = new ArrayList<>();
        try (ControlLogWriter writer = takeControlLog()) {
            for (int i = 1; i <= 5; i++) {
                List<ControlRecord> both = List.of(new LeaderElected("c", i), new CheckpointTriggered("p", i));
                writer.append(both);
                decisions.addAll(both);
                // What append has returned from is durable, so a reader that is opened now must not pass over it (K10).
                assertThat(readAll()).containsAll(both).isEqualTo(decisions);
            }
        }
    }

    @Test
    void anEmptyLogIsCaughtUpWithAndGoesOn() {
        try (ControlLogReader reader = openControlLog();
                ControlLogWriter writer = takeControlLog()) {
            assertThat(readUntilCaughtUp(reader)).isEmpty();
            writer.append(List.of(new LeaderElected("c", 1)));
            assertThat(readMore(reader, 1)).containsExactly(new LeaderElected("c", 1));
            assertThat(reader.caughtUp()).isTrue();
            writer.append(List.of(new LeaderElected("c", 2)));
            assertThat(readMore(reader, 1)).containsExactly(new LeaderElected("c", 2));
        }
    }

    @Test
    void aFormerWriterAppendsNothingMore() {
        try (ControlLogWriter former = takeControlLog()) {
            former.append(List.of(new LeaderElected("former", 1)));
            try (ControlLogWriter next = takeControlLog()) {
                assertThatThrownBy(() -> former.append(List.of(new LeaderElected("former", 2))))
                        .isInstanceOf(FencedException.class);
                next.append(List.of(new LeaderElected("next", 2)));
            }
        }
        assertThat(readAll()).containsExactly(new LeaderElected("former", 1), new LeaderElected("next", 2));
    }

    @Test
    void reportsArriveInOrderFromWhenTheReaderWasOpened() {
        WorkerId before = new WorkerId("before", 1);
        try (FleetAppender reports = openReports()) {
            reports.append(new WorkerLeft(before));
        }
        try (FleetReader reader = openFleet();
                FleetAppender reports = openReports()) {
            List<FleetRecord> sent = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                FleetRecord report = new WorkerLeft(new WorkerId("w", i));
                reports.append(report);
                sent.add(report);
            }
            List<FleetRecord> seen = new ArrayList<>();
            for (int polls = 0; polls < MAX_POLLS && seen.size() < sent.size(); polls++) {
                seen.addAll(reader.poll(POLL_MS));
            }
            assertThat(seen).isEqualTo(sent);
        }
    }

    private List<ControlRecord> readAll() {
        try (ControlLogReader reader = openControlLog()) {
            return readUntilCaughtUp(reader);
        }
    }

    private static List<ControlRecord> readUntilCaughtUp(ControlLogReader reader) {
        List<ControlRecord> records = new ArrayList<>();
        for (int polls = 0; polls < MAX_POLLS && !reader.caughtUp(); polls++) {
            records.addAll(reader.poll(POLL_MS));
        }
        assertThat(reader.caughtUp()).isTrue();
        return records;
    }

    private static List<ControlRecord> readMore(ControlLogReader reader, int count) {
        List<ControlRecord> records = new ArrayList<>();
        for (int polls = 0; polls < MAX_POLLS && records.size() < count; polls++) {
            records.addAll(reader.poll(POLL_MS));
        }
        return records;
    }
}
