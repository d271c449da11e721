package io.weirflow.benchmarks.scale;

import io.weirflow.benchmarks.data.OutputRow;
import io.weirflow.benchmarks.engine.Topics;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the committed output on a thread of its own. Every row must come exactly once, and the counts of each key must be 1, 2, 3 … in some order: then
 * no change of state was lost or made twice. A row counts in the second that it says itself, see {@link Stamped}.
 */
final class OutputCheck implements AutoCloseable {

    private static final List<String> COLUMNS = List.of("id", "b", "n", "at");

    private final Flow flow;
    private final int stage;
    private final OutputRow row = new OutputRow(COLUMNS);
    private final BitSet seen = new BitSet();
    private final long[] rowsOfKey;
    private final long[] sumOfKey;
    private final TopicWatch watch;
    private long doubles;
    private final AtomicLong rows = new AtomicLong();

    OutputCheck(String bootstrapServers, String topic, int keys, int stage, Flow flow) {
        this.flow = flow;
        this.stage = stage;
        this.rowsOfKey = new long[keys];
        this.sumOfKey = new long[keys];
        List<TopicPartition> partitions = IntStream.range(0, Topics.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        this.watch = new TopicWatch(
                "the output", bootstrapServers, Map.of("isolation.level", "read_committed"), partitions, this::take);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        long[] values = row.read(record.value());
        int id = (int) values[0];
        if (seen.get(id)) {
            doubles++;
        }
        seen.set(id);
        rowsOfKey[(int) values[1]]++;
        sumOfKey[(int) values[1]] += values[2];
        flow.rows(stage, values[3], 1);
        rows.incrementAndGet();
    }

    /** Returns the rows so far. */
    long rows() {
        watch.check();
        return rows.get();
    }

    /** Returns what is wrong, once it is closed. */
    Optional<String> verdict(long produced) {
        long missing = produced - seen.cardinality();
        long wrongKeys = IntStream.range(0, rowsOfKey.length)
                .filter(key -> sumOfKey[key] != rowsOfKey[key] * (rowsOfKey[key] + 1) / 2)
                .count();
        return missing == 0 && doubles == 0 && wrongKeys == 0
                ? Optional.empty()
                : Optional.of(missing + " rows are missing, " + doubles + " came twice, the counts of " + wrongKeys
                        + " keys are wrong");
    }

    @Override
    public void close() {
        watch.close();
    }
}
