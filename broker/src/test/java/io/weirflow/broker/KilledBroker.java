package io.weirflow.broker;

import java.nio.file.Path;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** The program of the process that {@link BrokerKillTest} kills: it prints each value once it is acknowledged. */
final class KilledBroker {

    private KilledBroker() {}

    public static void main(String[] args) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.of(Path.of(args[0])));
        String run = args[1];
        if (run.equals("0")) {
            Clients.createTopic(broker.bootstrapServers(), "killed", 4);
        }
        try (KafkaProducer<String, String> producer = Clients.producer(broker.bootstrapServers())) {
            for (long i = 0; i < Long.MAX_VALUE; i++) {
                String value = run + "-" + i;
                Future<RecordMetadata> unused = producer.send(
                        new ProducerRecord<>("killed", (int) (i % 4), "key", value), (metadata, failure) -> {
                            if (failure == null) {
                                System.out.println(value);
                            }
                        });
                if (i % 500 == 0) {
                    producer.flush();
                }
            }
        }
    }
}
