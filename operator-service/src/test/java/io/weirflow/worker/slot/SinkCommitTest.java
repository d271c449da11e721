package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.worker.sink.CommittedSink;
import io.weirflow.worker.sink.Committer;
import io.weirflow.worker.sink.LogSink;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SinkCommitTest {

    private static final LogPartition CHANGELOG = new LogPartition("changelog", 1);

    private final LogSink sink = new LogSink(new Writer(), 4, CHANGELOG, Incarnation.FIRST, 0);
    private final AtomicInteger wakes = new AtomicInteger();
    private final SinkCommit commit = commit(false);

    private SinkCommit commit(boolean canWait) {
        Committer committer = Committer.driven(() -> {
            throw new AssertionError();
        });
        return new SinkCommit(7, CHANGELOG, committer, canWait, wakes::incrementAndGet);
    }

    @Test
    void rowsJoinUntilItIsTaken() {
        sink.add(1, new MutableRow(0));
        sink.add(2, new MutableRow(0));
        assertThat(commit.add(List.of(sink))).isTrue();
        long twoRows = commit.sizeBytes();
        sink.add(3, new MutableRow(0));
        assertThat(commit.add(List.of(sink))).isTrue();
        assertThat(commit.sizeBytes()).isEqualTo(twoRows / 2 * 3);

        List<LogRecord> records = commit.records();
        assertThat(records).extracting(LogRecord::topic).containsExactly("out", "out", "out", "changelog");
        assertThat(ProgressCodec.decodePublished(records.get(3).value(), Incarnation.FIRST))
                .isEqualTo(3);

        sink.add(4, new MutableRow(0));
        assertThat(commit.add(List.of(sink))).isFalse();
        assertThat(sink.waitingBytes()).isPositive();
        assertThat(sink.submittedSequence()).isEqualTo(3);
    }

    @Test
    void nothingJoinsOneThatIsClosed() {
        sink.add(1, new MutableRow(0));
        assertThat(commit.add(List.of(sink))).isTrue();
        commit.close();
        sink.add(2, new MutableRow(0));
        assertThat(commit.add(List.of(sink))).isFalse();
        assertThat(commit.records()).hasSize(2);
    }

    @Test
    void anAnswerWakesTheSlot() {
        commit.committed(Map.of());
        assertThat(commit.settled()).isTrue();
        assertThat(wakes).hasValue(1);
    }

    @Test
    void whatWasAbandonedSaysNothingIsDurable() {
        AtomicInteger told = new AtomicInteger();
        commit.add(List.of(new Telling(told)));
        commit.abandon();
        assertThat(commit.records()).isEmpty();
        commit.committed(Map.of());
        assertThat(told).hasValue(0);
    }

    @Test
    void whoWaitsHearsThatItIsDurable() {
        AtomicInteger told = new AtomicInteger();
        commit.add(List.of(new Telling(told)));
        assertThat(commit.records()).hasSize(1);
        commit.committed(Map.of());
        assertThat(told).hasValue(1);
    }

    @Test
    void rowsCanWaitUntilTheSlotHasCaughtUp() {
        SinkCommit patient = commit(true);
        sink.add(1, new MutableRow(0));
        patient.add(List.of(sink));
        assertThat(patient.canWait()).isTrue();
        patient.hurry();
        assertThat(patient.canWait()).isFalse();
    }

    @Test
    void whatAnEffectWaitsForDoesNot() {
        SinkCommit patient = commit(true);
        patient.add(List.of(new Telling(new AtomicInteger())));
        assertThat(patient.canWait()).isFalse();
    }

    @Test
    void theEndOfASlotDoesNotWait() {
        SinkCommit patient = commit(true);
        patient.abandon();
        assertThat(patient.canWait()).isFalse();
    }

    private record Telling(AtomicInteger told) implements CommittedSink {
        @Override
        public long waitingBytes() {
            return 1;
        }

        @Override
        public void drainTo(List<LogRecord> rows, Map<Integer, LogRecord> numbers) {
            rows.add(new LogRecord("out", 0, new byte[] {1}, new byte[] {1}));
        }

        @Override
        public Optional<Runnable> whenDurable() {
            return Optional.of(told::incrementAndGet);
        }

        @Override
        public long submittedSequence() {
            return 0;
        }
    }

    private static final class Writer implements SinkWriter.Log {
        @Override
        public String topic() {
            return "out";
        }

        @Override
        public byte[] key(Row row) {
            return new byte[] {1};
        }

        @Override
        public byte[] value(Row row) {
            return new byte[] {1};
        }
    }
}
