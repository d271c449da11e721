package io.weirflow.worker.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LogSinkTest {

    private static final int PARTITIONS = 3;

    @Test
    void rowsWithoutAKeyGoToOnePartitionOfTheirSlot() {
        assertThat(placesOf(null, 0)).containsExactly(0, 0);
        assertThat(placesOf(null, 2)).containsExactly(2, 2);
        assertThat(placesOf(null, 4)).containsExactly(1, 1);
    }

    @Test
    void rowsWithAKeyGoWhereTheKeySays() {
        assertThat(placesOf(new byte[] {7}, 2)).containsExactly(LogRecord.BY_KEY, LogRecord.BY_KEY);
    }

    private static List<Integer> placesOf(byte @Nullable [] key, int slot) {
        LogSink sink = new LogSink(new Keyed(key), 0, new LogPartition("changelog", slot), Incarnation.FIRST, 0);
        sink.add(1, new MutableRow(0));
        sink.add(2, new MutableRow(0));
        List<LogRecord> records = new ArrayList<>();
        sink.drainTo(records, new HashMap<>());
        return records.stream()
                .filter(record -> record.topic().equals("out"))
                .map(record -> record.partitionOf(PARTITIONS))
                .toList();
    }

    private record Keyed(byte @Nullable [] bytes) implements SinkWriter.Log {
        @Override
        public String topic() {
            return "out";
        }

        @Override
        public byte @Nullable [] key(Row row) {
            return bytes;
        }

        @Override
        public byte[] value(Row row) {
            return new byte[] {1};
        }
    }
}
