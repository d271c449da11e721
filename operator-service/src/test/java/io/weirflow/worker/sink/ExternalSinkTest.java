package io.weirflow.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sink outside the log, whose destination takes its time. */
final class ExternalSinkTest {

    private static final Row ROW = MutableRow.of(RowType.of(Column.of("n", Scalar.INTEGER)), 1);

    private final List<Long> written = new ArrayList<>();
    private Runnable meanwhile = () -> {};
    private long nowMs;
    private long offered;

    private final class Destination implements SinkWriter.External {
        @Override
        public long durableSequence() {
            return UNKNOWN;
        }

        @Override
        public void write(long sequence, Row row, long eventTimeMs) {
            written.add(sequence);
            meanwhile.run();
        }

        @Override
        public long commit(long sequence, boolean checkpoint) {
            return sequence;
        }

        @Override
        public void close() {}
    }

    private ExternalSink open() {
        return new ExternalSink("web-0", 0, new Destination(), Destination::new, any -> () -> true);
    }

    private void offer(ExternalSink sink) {
        sink.offer(++offered, ROW, 0);
    }

    /** Rows that come as fast as the destination takes them never end. */
    @Test
    void aCheckpointDoesNotWaitForRowsThatComeMeanwhile() {
        ExternalSink sink = open();
        meanwhile = () -> {
            if (written.size() < 1_000) {
                offer(sink);
            }
        };
        offer(sink);
        offer(sink);
        sink.requestCommit(2);
        assertThat(sink.doWork(0)).isPositive();
        assertThat(sink.durableSequence()).isEqualTo(2);
        assertThat(written).containsExactly(1L, 2L);
        assertThat(sink.doWork(0)).isPositive();
        assertThat(written).as("and it goes on").hasSizeGreaterThan(2);
    }

    /** However much there is to do, a checkpoint at any time has to wait for a few seconds only. */
    @Test
    void theSlowerTheDestinationTheFewerRowsWaitForIt() {
        ExternalSink sink = open();
        meanwhile = () -> nowMs += 200;
        for (int round = 0; round < 10; round++) {
            while (sink.headroom() > 0) {
                offer(sink);
            }
            assertThat(sink.doWork(nowMs)).isPositive();
        }
        while (sink.headroom() > 0) {
            offer(sink);
        }
        assertThat(offered - sink.durableSequence()).isEqualTo(5);
        assertThat(sink.hasRoom()).as("one record may make more").isTrue();
    }
}
