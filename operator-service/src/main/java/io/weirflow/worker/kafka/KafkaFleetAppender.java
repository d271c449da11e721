package io.weirflow.worker.kafka;

import io.weirflow.protocol.fleet.FleetCodec;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.log.FleetAppender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends reports, and forgets them. Failures are logged once when they begin and once when they end. */
public final class KafkaFleetAppender implements FleetAppender {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaFleetAppender.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final AtomicBoolean failing = new AtomicBoolean();

    /** @param topic see {@link io.weirflow.protocol.id.Names#fleetTopic} */
    public KafkaFleetAppender(KafkaConnection connection, String topic) {
        this.producer = KafkaClients.fleetProducer(connection);
        this.topic = topic;
    }

    /** {@inheritDoc} While the topic's metadata are not known, as before the broker is there, it waits for up to half a second. */
    @Override
    public void append(FleetRecord report) {
        byte[] key = report.worker().name().getBytes(StandardCharsets.UTF_8);
        try {
            var unused = producer.send(
                    new ProducerRecord<>(topic, key, FleetCodec.encode(report)), (metadata, failure) -> note(failure));
        } catch (RuntimeException e) {
            note(e);
        }
    }

    private void note(@Nullable Exception failure) {
        if (failure == null) {
            if (failing.compareAndSet(true, false)) {
                LOG.atInfo().addKeyValue("topic", topic).log("Reports are delivered again");
            }
        } else if (failing.compareAndSet(false, true)) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("reason", KafkaFailures.reason(failure))
                    .log("Reports of this worker are not delivered; the coordinator may think that it is gone");
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
