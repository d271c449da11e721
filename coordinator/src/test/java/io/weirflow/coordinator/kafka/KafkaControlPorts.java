package io.weirflow.coordinator.kafka;

import io.weirflow.coordinator.CoordinatorSettings;
import io.weirflow.protocol.fleet.FleetCodec;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.ControlLogWriter;
import io.weirflow.protocol.log.FleetAppender;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.testkit.log.ControlPortsSuite;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** The control log and the fleet topic as a coordinator opens them, on a broker. */
@Timeout(60)
abstract class KafkaControlPorts extends ControlPortsSuite {

    private static int clusters;

    private KafkaCluster cluster;
    private Names names;

    abstract String bootstrapServers();

    @AfterEach
    void disconnect() {
        cluster.close();
    }

    @Override
    protected void newTopics() {
        names = new Names("ports-" + ++clusters);
        cluster = KafkaCluster.connect(CoordinatorSettings.of(bootstrapServers(), "ports-" + clusters, "coordinator"));
    }

    @Override
    protected ControlLogWriter takeControlLog() {
        return cluster.takeControlLog();
    }

    @Override
    protected ControlLogReader openControlLog() {
        return cluster.openControlLog();
    }

    @Override
    protected FleetReader openFleet() {
        return cluster.openFleet();
    }

    /** Workers have their own; a coordinator sees what arrives. */
    @Override
    protected FleetAppender openReports() {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers(), "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        return new FleetAppender() {
            @Override
            public void append(FleetRecord report) {
                var unused = producer.send(new ProducerRecord<>(names.fleetTopic(), FleetCodec.encode(report)));
            }

            @Override
            public void close() {
                producer.close();
            }
        };
    }
}
