package io.weirflow.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class EffectSinkTest {

    private static final LogPartition CHANGELOG = new LogPartition("changelog", 3);
    private static final RowType TYPE = RowType.of(Column.of("n", Scalar.INTEGER));
    private static final int STEP = 2;

    private final Deque<Object> answers = new ArrayDeque<>();
    private final List<Long> attempts = new ArrayList<>();
    private final EffectCounts counts = new EffectCounts();
    private int wakes;

    private EffectSink open(long settled, long intended) {
        EffectSink sink = new EffectSink(
                "pager-3",
                new EffectSink.Found(CHANGELOG, Incarnation.FIRST, STEP, settled, intended),
                new Pager(),
                new EffectListing("p", "pager", 3, TYPE),
                counts,
                any -> () -> true);
        sink.onNews(() -> wakes++);
        return sink;
    }

    private final class Pager implements SinkWriter.Effect {
        @Override
        public String key(long sequence) {
            return "key-" + sequence;
        }

        @Override
        public SinkWriter.Outcome attempt(long sequence, Row row) {
            attempts.add(sequence);
            Object answer = answers.isEmpty() ? new SinkWriter.Outcome.Done() : answers.remove();
            if (answer instanceof RuntimeException e) {
                throw e;
            }
            return (SinkWriter.Outcome) answer;
        }
    }

    /** What one transaction of the slot holds of the sink. */
    private record Drained(List<LogRecord> rows, long settled, long intended, Runnable durable) {}

    private static Drained drain(EffectSink sink) {
        List<LogRecord> rows = new ArrayList<>();
        Map<Integer, LogRecord> numbers = new TreeMap<>();
        assertThat(sink.waitingBytes()).isPositive();
        sink.drainTo(rows, numbers);
        assertThat(sink.waitingBytes()).isZero();
        byte[] ledger = numbers.get(STEP).value();
        return new Drained(
                rows,
                ProgressCodec.decodePublished(ledger, Incarnation.FIRST),
                ProgressCodec.decodeIntent(ledger, Incarnation.FIRST),
                sink.whenDurable().orElseThrow());
    }

    private static Drained commit(EffectSink sink) {
        Drained drained = drain(sink);
        drained.durable().run();
        return drained;
    }

    private static Row row(int n) {
        return MutableRow.of(TYPE, n);
    }

    @Test
    void anEffectIsAttemptedOnlyOnceItsIntentIsDurable() {
        EffectSink sink = open(0, 0);
        sink.offer(1, row(10), 0);
        assertThat(sink.doWork(0)).isZero();
        Drained intent = drain(sink);
        assertThat(intent.settled()).isZero();
        assertThat(intent.intended()).isEqualTo(1);
        assertThat(sink.doWork(0)).isZero();
        assertThat(attempts).isEmpty();
        intent.durable().run();
        assertThat(sink.doWork(0)).isPositive();
        assertThat(attempts).containsExactly(1L);
        assertThat(wakes).isEqualTo(1);
        assertThat(sink.durableSequence()).isZero();
        assertThat(commit(sink).settled()).isEqualTo(1);
        assertThat(sink.durableSequence()).isEqualTo(1);
        assertThat(counts.done()).isEqualTo(1);
    }

    @Test
    void theOutcomeOfOneAndTheIntentOfTheNextAreOneRecord() {
        EffectSink sink = open(5, 0);
        sink.offer(5, row(0), 0);
        sink.offer(6, row(1), 0);
        sink.offer(7, row(2), 0);
        commit(sink);
        int unused = sink.doWork(0);
        Drained both = commit(sink);
        assertThat(both.settled()).isEqualTo(6);
        assertThat(both.intended()).isEqualTo(7);
        assertThat(sink.submittedSequence()).isEqualTo(6);
        assertThat(sink.submittedIntent()).isEqualTo(7);
        unused = sink.doWork(0);
        assertThat(attempts).containsExactly(6L, 7L);
    }

    @Test
    void whatHasCertainlyNotHappenedIsTriedAgainUnderAnIntentOfItsOwn() {
        answers.add(new SinkWriter.Outcome.NotDone("busy", 500));
        answers.add(new ConnectorException("nobody there", true, null));
        EffectSink sink = open(0, 0);
        sink.offer(1, row(1), 0);
        commit(sink);
        int unused = sink.doWork(1_000);
        Drained withdrawn = commit(sink);
        assertThat(withdrawn.settled()).isZero();
        assertThat(withdrawn.intended()).isZero();
        assertThat(sink.doWork(1_499)).isZero();
        assertThat(sink.doWork(1_500)).isPositive();
        assertThat(commit(sink).intended()).isEqualTo(1);
        unused = sink.doWork(1_500);
        assertThat(commit(sink).intended()).isZero();
        assertThat(attempts).containsExactly(1L, 1L);
        assertThat(counts.notDone()).isEqualTo(2);
        assertThat(counts.unknown()).isZero();
    }

    @Test
    void whatNobodyKnowsIsListedTogetherWithItsNumberAndNotRepeated() {
        answers.add(new SinkWriter.Outcome.Unknown("no \"answer\""));
        EffectSink sink = open(0, 0);
        sink.offer(1, row(42), 0);
        commit(sink);
        int unused = sink.doWork(0);
        Drained listed = commit(sink);
        assertThat(listed.settled()).isEqualTo(1);
        assertThat(listed.rows()).hasSize(1);
        LogRecord record = listed.rows().get(0);
        assertThat(record.topic()).isEqualTo("p.pager.unknown");
        assertThat(new String(record.value(), StandardCharsets.UTF_8))
                .isEqualTo("{\"sink\":\"pager\",\"slot\":3,\"number\":1,\"idempotency_key\":\"key-1\","
                        + "\"reason\":\"no \\\"answer\\\"\",\"row\":{\"n\":42}}");
        sink.offer(2, row(43), 0);
        commit(sink);
        unused = sink.doWork(0);
        assertThat(attempts).containsExactly(1L, 2L);
        assertThat(counts.unknown()).isEqualTo(1);
    }

    @Test
    void whatAFormerLifeMayHaveAttemptedIsListedWhenItsRowComesAgain() {
        EffectSink sink = open(4, 5);
        sink.offer(4, row(4), 0);
        assertThat(sink.doWork(0)).isZero();
        sink.offer(5, row(5), 0);
        sink.offer(6, row(6), 0);
        assertThat(sink.waitingBytes())
                .as("the slot's thread allows nothing by itself")
                .isZero();
        assertThat(sink.submittedIntent())
                .as("what a checkpoint says meanwhile")
                .isEqualTo(5);
        assertThat(sink.doWork(0)).isPositive();
        Drained listed = commit(sink);
        assertThat(listed.settled()).isEqualTo(5);
        assertThat(listed.intended()).isEqualTo(6);
        assertThat(listed.rows()).hasSize(1);
        int unused = sink.doWork(0);
        assertThat(attempts).containsExactly(6L);
    }

    @Test
    void aRefusalForGoodIsTakenBackBeforeTheSinkFails() {
        answers.add(ConnectorException.fatal("refuses the request with 401"));
        EffectSink sink = open(0, 0);
        sink.offer(1, row(1), 0);
        commit(sink);
        int unused = sink.doWork(0);
        assertThat(sink.failure()).isNull();
        assertThat(commit(sink).intended()).isZero();
        assertThat(sink.failure()).isEqualTo("refuses the request with 401");
        assertThat(sink.doWork(10_000)).isZero();
    }

    @Test
    void aFaultOfTheWriterLeavesTheIntent() {
        answers.add(new IllegalStateException("oops"));
        EffectSink sink = open(0, 0);
        sink.offer(1, row(1), 0);
        commit(sink);
        int unused = sink.doWork(0);
        assertThat(sink.failure()).contains("oops");
        assertThat(sink.waitingBytes()).isZero();
        assertThat(sink.submittedIntent()).isEqualTo(1);
    }

    /** A checkpoint waits for all of them, one after the other. */
    @Test
    void theSlowerTheDestinationTheFewerRowsWaitForIt() {
        EffectSink sink = open(0, 0);
        long offered = 0;
        long nowMs = 0;
        for (int row = 0; row < 40; row++) {
            while (sink.headroom() > 0) {
                sink.offer(++offered, row((int) offered), 0);
            }
            commit(sink);
            nowMs += 200;
            assertThat(sink.doWork(nowMs)).isPositive();
        }
        assertThat(offered - sink.durableSequence()).isBetween(4L, 6L);
    }
}
