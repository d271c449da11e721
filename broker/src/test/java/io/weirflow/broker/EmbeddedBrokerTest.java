package io.weirflow.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class EmbeddedBrokerTest {

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.startTemporary();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void recordsComeBackInOrder() throws Exception {
        Clients.createTopic(broker.bootstrapServers(), "plain", 1);
        List<String> values =
                IntStream.range(0, 1000).mapToObj(Integer::toString).toList();
        try (KafkaProducer<String, String> producer = Clients.producer(broker.bootstrapServers())) {
            List<Future<RecordMetadata>> sends = values.stream()
                    .map(value -> producer.send(new ProducerRecord<>("plain", "key", value)))
                    .toList();
            producer.flush();
            assertThat(sends).allMatch(Future::isDone);
        }

        assertThat(Clients.readAll(broker.bootstrapServers(), "plain", 1)).isEqualTo(values);
    }

    @Test
    void transactionsAreAtVersionTwo() throws Exception {
        try (Admin admin = Clients.admin(broker.bootstrapServers())) {
            assertThat(admin.describeFeatures().featureMetadata().get().finalizedFeatures())
                    .containsEntry("transaction.version", new FinalizedVersionRange((short) 2, (short) 2));
        }
    }

    @Test
    void committedRecordsAreSeenAndAbortedOnesAreNot() throws Exception {
        Clients.createTopic(broker.bootstrapServers(), "transactional", 3);
        try (KafkaProducer<String, String> producer =
                Clients.transactionalProducer(broker.bootstrapServers(), "writer")) {
            producer.initTransactions();
            for (int transaction = 0; transaction < 20; transaction++) {
                producer.beginTransaction();
                for (int partition = 0; partition < 3; partition++) {
                    Clients.sendInTransaction(
                            producer, new ProducerRecord<>("transactional", partition, "key", "t" + transaction));
                }
                if (transaction % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.flush();
                    producer.abortTransaction();
                }
            }
        }

        List<String> expected = IntStream.range(0, 60)
                .map(i -> i / 3)
                .filter(transaction -> transaction % 2 == 0)
                .mapToObj(transaction -> "t" + transaction)
                .toList();
        assertThat(Clients.readAll(broker.bootstrapServers(), "transactional", 3))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void anOlderProducerWithTheSameTransactionalIdIsFenced() throws Exception {
        Clients.createTopic(broker.bootstrapServers(), "fenced", 1);
        try (KafkaProducer<String, String> old = Clients.transactionalProducer(broker.bootstrapServers(), "fence");
                KafkaProducer<String, String> young =
                        Clients.transactionalProducer(broker.bootstrapServers(), "fence")) {
            old.initTransactions();
            old.beginTransaction();
            young.initTransactions();
            Future<RecordMetadata> send = old.send(new ProducerRecord<>("fenced", "key", "zombie"));

            assertThatThrownBy(send::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfAny(InvalidProducerEpochException.class, ProducerFencedException.class);
        }
        assertThat(Clients.readAll(broker.bootstrapServers(), "fenced", 1)).isEmpty();
    }

    @Test
    void anEventTimeFarInTheFutureIsTaken() throws Exception {
        Clients.createTopic(broker.bootstrapServers(), "future", 1);
        try (KafkaProducer<String, String> producer = Clients.producer(broker.bootstrapServers())) {
            RecordMetadata metadata = producer.send(
                            new ProducerRecord<>("future", 0, 32_503_680_000_000L, "key", "year 3000"))
                    .get();
            assertThat(metadata.offset()).isZero();
        }
    }

    @Test
    void aTopicIsNotCreatedByItself() {
        try (Admin admin = Clients.admin(broker.bootstrapServers())) {
            assertThatThrownBy(() -> admin.describeTopics(List.of("misspelt"))
                            .allTopicNames()
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    @Test
    void clientsOfAFurtherListenerAreToldAnotherAddress() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        BrokerListener further = BrokerListener.parse(port + "=localhost:" + port);
        EmbeddedBrokerConfig config = EmbeddedBrokerConfig.temporary().withListeners(List.of(further));
        try (EmbeddedBroker listening = EmbeddedBroker.start(config);
                Admin direct = Clients.admin(listening.bootstrapServers());
                Admin other = Clients.admin("127.0.0.1:" + port)) {
            assertThat(direct.describeCluster().nodes().get())
                    .extracting(Node::host)
                    .containsExactly("127.0.0.1");
            assertThat(other.describeCluster().nodes().get())
                    .extracting(Node::host, Node::port)
                    .containsExactly(tuple("localhost", port));
        }
    }

    @Test
    void aMalformedListenerIsRefused() {
        for (String text : List.of("9093", "9093=host", "0=host:1", "9093=host:70000", "x=host:1", "9093=ho st:1")) {
            assertThatThrownBy(() -> BrokerListener.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
