package io.weirflow.benchmarks.scale;

import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SenderId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the inboxes as they fill, on a thread of its own, and tells {@link Flow} of every row the first time that it comes. Time is what the sender
 * put into the record, so it does not matter when this thread gets to it.
 */
final class FlowWatch implements AutoCloseable {

    private final Map<String, Integer> senderOfTopic = new HashMap<>();
    private final int silent;
    private final Flow flow;
    private final FrameReader frame = new FrameReader();
    private final Map<Hop, Long> last = new HashMap<>();
    private final TopicWatch watch;

    private record Hop(SenderId sender, TopicPartition to) {}

    /**
     * @param receivers uids of the stages with an inbox, in the order of the pipeline; the first one's sender is stage 0
     * @param slots of each of them
     * @param silent the stage whose slots' silence is measured
     */
    FlowWatch(
            String bootstrapServers,
            String pipeline,
            List<String> receivers,
            List<Integer> slots,
            int silent,
            Flow flow) {
        this.silent = silent;
        this.flow = flow;
        List<TopicPartition> partitions = new ArrayList<>();
        for (int i = 0; i < receivers.size(); i++) {
            String topic = Names.inboxTopic(pipeline, receivers.get(i));
            senderOfTopic.put(topic, i);
            IntStream.range(0, slots.get(i))
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .forEach(partitions::add);
        }
        // The broker is not to notice this reader: large fetches.
        this.watch = new TopicWatch(
                "the inboxes",
                bootstrapServers,
                Map.of("isolation.level", "read_uncommitted", "fetch.min.bytes", 64 << 10),
                partitions,
                this::take);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        frame.open(record.value());
        if (frame.count() == 0) {
            return;
        }
        Hop hop = new Hop(frame.sender(), new TopicPartition(record.topic(), record.partition()));
        long before = last.getOrDefault(hop, 0L);
        long fresh = frame.lastSequence() - Math.max(before, frame.firstSequence() - 1);
        if (fresh <= 0) {
            // A slot that went on from its last checkpoint makes again what its receivers have.
            return;
        }
        last.put(hop, frame.lastSequence());
        Integer stage = senderOfTopic.get(record.topic());
        if (stage != null) {
            flow.rows(stage, record.timestamp(), fresh);
            if (stage == silent) {
                flow.slot(frame.sender().partition(), record.timestamp());
            }
        }
    }

    /** @throws BenchException when reading has failed */
    void check() {
        watch.check();
    }

    @Override
    public void close() {
        watch.close();
    }
}
