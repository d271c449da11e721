package io.weirflow.benchmarks.data;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Fills a topic with bids. The number of a bid decides its partition; a record's timestamp is the bid's event time, so that engines that go by
 * it need not look into the record.
 *
 * @param bootstrapServers where the topic is
 * @param topic exists, and is empty
 * @param partitions of the topic
 */
public record InputTopic(String bootstrapServers, String topic, int partitions) {

    /** Closing rows per partition: so many keys that some of them reach every slot after a shuffle. */
    private static final int CLOSING_ROWS = 256;

    /**
     * Writes the bids 0 to {@code rows} − 1.
     *
     * @param closing whether rows follow that close the windows of all these
     * @param onBid sees each bid, without the closing ones
     * @return the records written
     */
    public long fill(Bids bids, long rows, boolean closing, Consumer<Bid> onBid) {
        int closingRows = closing ? CLOSING_ROWS : 0;
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "linger.ms",
                5,
                "batch.size",
                1 << 18,
                "buffer.memory",
                1L << 26);
        BidJson json = new BidJson();
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long number = 0; number < rows; number++) {
                Bid bid = bids.bid(number);
                onBid.accept(bid);
                send(producer, (int) (number % partitions), bid, json, failure);
            }
            for (int index = 0; index < closingRows; index++) {
                for (int partition = 0; partition < partitions; partition++) {
                    send(producer, partition, bids.closing(rows, index), json, failure);
                }
            }
            producer.flush();
        }
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("topic " + topic + " cannot be filled", failed);
        }
        return rows + (long) closingRows * partitions;
    }

    private void send(
            KafkaProducer<byte[], byte[]> producer,
            int partition,
            Bid bid,
            BidJson json,
            AtomicReference<@Nullable Exception> failure) {
        var sent = producer.send(
                new ProducerRecord<>(topic, partition, bid.timeMs(), null, json.record(bid)), (metadata, problem) -> {
                    if (problem != null) {
                        failure.compareAndSet(null, problem);
                    }
                });
        if (sent.isCancelled()) {
            throw new IllegalStateException("cancelled");
        }
    }
}
