package io.weirflow.worker.kafka;

import static io.weirflow.worker.kafka.TestLog.bytes;
import static io.weirflow.worker.kafka.TestLog.sibling;
import static io.weirflow.worker.kafka.TestLog.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.worker.kafka.TestLog.Received;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The reader and the sender of frames against a broker. */
@Timeout(60)
final class KafkaInboxIT {

    private static TestLog log;
    private static KafkaFrameSender sender;

    private KafkaInboxReader reader;

    @BeforeAll
    static void start() throws Exception {
        log = new TestLog();
        sender = new KafkaFrameSender(log.connection());
    }

    @AfterAll
    static void stop() {
        sender.close();
        log.close();
    }

    @BeforeEach
    void open() {
        reader = new KafkaInboxReader(log.connection());
    }

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    void framesOfAPartitionArriveInTheOrderTheyWereSent() throws Exception {
        LogPartition first = log.topic(3);
        int frames = 3_000;
        for (int i = 0; i < frames; i++) {
            sender.send(
                    sibling(first, i % 3),
                    bytes("f" + i),
                    (offset, failure) -> assertThat(failure).isNull());
        }
        for (int partition = 0; partition < 3; partition++) {
            reader.start(sibling(first, partition), 0);
        }
        Received received = receive(new Received(), frames);
        for (int partition = 0; partition < 3; partition++) {
            int from = partition;
            assertThat(received.of(sibling(first, partition)))
                    .isEqualTo(IntStream.range(0, frames / 3)
                            .mapToObj(i -> i + ":f" + (3 * i + from))
                            .toList());
        }
    }

    @Test
    void rowsOfSinksGoWhereKafkaWouldPutTheirKey() throws Exception {
        LogPartition topic = log.topic(3);
        Map<Integer, List<String>> expected = new HashMap<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", log.connection().kafka().bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < 40; i++) {
                int partition = producer.send(new ProducerRecord<>(topic.topic(), bytes("k" + i), bytes("v" + i)))
                        .get(20, TimeUnit.SECONDS)
                        .partition();
                expected.computeIfAbsent(partition, any -> new ArrayList<>()).add("v" + i);
            }
        }
        assertThat(expected).hasSize(3);
        for (int i = 0; i < 40; i++) {
            sendRow(new LogRecord(topic.topic(), LogRecord.BY_KEY, bytes("k" + i), bytes("v" + i)));
        }
        sendRow(new LogRecord(topic.topic(), LogRecord.spreadBy(4), null, bytes("spread")));
        expected.get(1).add("spread");
        for (int partition = 0; partition < 3; partition++) {
            reader.start(sibling(topic, partition), 0);
        }
        Received received = receive(new Received(), 81);
        for (int partition = 0; partition < 3; partition++) {
            List<String> values = received.of(sibling(topic, partition)).stream()
                    .map(value -> value.substring(value.indexOf(':') + 1))
                    .toList();
            int theirs = values.size() / 2;
            assertThat(values.subList(theirs, values.size())).isEqualTo(expected.get(partition));
        }
    }

    @Test
    void aRowForATopicThatIsNotThereFailsThroughTheCallback() throws Exception {
        CompletableFuture<Exception> told = new CompletableFuture<>();
        sender.send(
                new LogRecord("no such topic", LogRecord.BY_KEY, bytes("k"), bytes("v")),
                (offset, failure) -> told.complete(failure));
        assertThat(told.get(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(sender.inFlightBytes()).isZero();
    }

    @Test
    void theSenderCountsWhatIsUnderWay() throws Exception {
        LogPartition inbox = log.topic(1);
        send(inbox, "a");
        assertThat(sender.inFlightBytes()).isZero();
        assertThat(sender.congested()).isFalse();
    }

    @Test
    void aFrameThatIsTooLargeFailsThroughTheCallbackOnce() throws Exception {
        LogPartition inbox = log.topic(1);
        CompletableFuture<Exception> told = new CompletableFuture<>();
        int[] calls = {0};
        sender.send(inbox, new byte[KafkaClients.MAX_REQUEST_BYTES + 1], (offset, failure) -> {
            calls[0]++;
            told.complete(failure);
        });
        assertThat(told.get(10, TimeUnit.SECONDS)).hasMessageContaining("max.request.size");
        assertThat(calls[0]).isOne();
        assertThat(sender.inFlightBytes()).isZero();
    }

    @Test
    void aSenderThatIsClosedFailsThroughTheCallback() throws Exception {
        KafkaFrameSender closed = new KafkaFrameSender(log.connection());
        closed.close();
        CompletableFuture<Exception> told = new CompletableFuture<>();
        closed.send(log.topic(1), bytes("late"), (offset, failure) -> told.complete(failure));
        assertThat(told.get(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPausedPartitionIsSilentFromTheVeryNextRecordAndLosesNothing() throws Exception {
        LogPartition noisy = log.topic(2);
        LogPartition other = sibling(noisy, 1);
        for (int i = 0; i < 10; i++) {
            send(noisy, "n" + i);
        }
        reader.start(noisy, 0);
        reader.start(other, 0);
        Received received = new Received();
        await(() -> reader.poll(50, (partition, offset, timestampMs, value) -> {
                    received.record(partition, offset, timestampMs, value);
                    reader.pause(partition);
                })
                > 0);
        assertThat(received.of(noisy)).containsExactly("0:n0");
        assertThat(reader.lag(noisy)).isEqualTo(9);

        send(other, "o0");
        receive(received, 2);
        assertThat(received.of(other)).containsExactly("0:o0");
        assertThat(received.of(noisy)).hasSize(1);

        reader.resume(noisy);
        send(noisy, "n10");
        receive(received, 12);
        assertThat(received.of(noisy))
                .isEqualTo(
                        IntStream.rangeClosed(0, 10).mapToObj(i -> i + ":n" + i).toList());
    }

    @Test
    void aHandlerMayStopAndRestartAnyPartition() throws Exception {
        LogPartition one = log.topic(2);
        LogPartition two = sibling(one, 1);
        for (int i = 0; i < 5; i++) {
            send(one, "a" + i);
            send(two, "b" + i);
        }
        reader.start(one, 0);
        reader.start(two, 0);
        Received received = new Received();
        int[] calls = {0};
        await(() -> {
            reader.poll(50, (partition, offset, timestampMs, value) -> {
                received.record(partition, offset, timestampMs, value);
                if (++calls[0] == 2) {
                    received.of(one).clear();
                    received.of(two).clear();
                    reader.stop(one);
                    reader.start(two, 3);
                }
            });
            return received.of(two).size() >= 2;
        });
        assertThat(received.of(two)).containsExactly("3:b3", "4:b4");
        assertThat(received.of(one)).isEmpty();
        assertThat(reader.lag(one)).isEqualTo(-1);
    }

    @Test
    void aHandlerThatThrowsGetsTheNextRecordNextTime() throws Exception {
        LogPartition inbox = log.topic(1);
        send(inbox, "a");
        send(inbox, "b");
        reader.start(inbox, 0);
        assertThatThrownBy(() -> await(() -> reader.poll(50, (partition, offset, timestampMs, value) -> {
                            throw new IllegalStateException(text(value));
                        })
                        > 0))
                .hasMessage("a");
        assertThat(receive(new Received(), 1).of(inbox)).containsExactly("1:b");
    }

    @Test
    void openTransactionsDoNotHoldBackFrames() throws Exception {
        LogPartition inbox = log.topic(1);
        try (KafkaProducer<byte[], byte[]> other = log.leaseProducer("held-back")) {
            other.initTransactions();
            other.beginTransaction();
            other.send(new ProducerRecord<>(inbox.topic(), 0, null, bytes("open")))
                    .get();
            send(inbox, "frame");
            reader.start(inbox, 0);
            assertThat(receive(new Received(), 2).of(inbox)).containsExactly("0:open", "1:frame");
            other.abortTransaction();
        }
    }

    @Test
    void recordsThatWereRemovedUnreadAreAnErrorWithTheirPlace() throws Exception {
        LogPartition inbox = log.topic(1);
        for (int i = 0; i < 5; i++) {
            send(inbox, "x" + i);
        }
        log.deleteBefore(inbox, 3);
        reader.start(inbox, 1);
        assertThatThrownBy(() -> await(() -> reader.poll(50, new Received()) > 0))
                .asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(LogException.Kind.FATAL))
                .satisfies(e -> assertThat(e)
                        .hasMessageContaining(inbox + " was asked for offset 1 but the log holds offsets 3 to 5"));
        reader.start(inbox, 3);
        assertThat(receive(new Received(), 2).of(inbox)).containsExactly("3:x3", "4:x4");
    }

    @Test
    void lagIsKnownOnceThereWasAnAnswer() throws Exception {
        LogPartition inbox = log.topic(1);
        assertThat(reader.lag(inbox)).isEqualTo(-1);
        send(inbox, "a");
        reader.start(inbox, 0);
        receive(new Received(), 1);
        assertThat(reader.lag(inbox)).isZero();
    }

    @Test
    void withoutPartitionsPollOnlyWaits() {
        long before = System.nanoTime();
        assertThat(reader.poll(120, new Received())).isZero();
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(119));
        assertThat(reader.poll(0, new Received())).isZero();
    }

    @Test
    void aWaitEndsWhenSomebodyWakesIt() throws Exception {
        LogPartition inbox = log.topic(1);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 5; i++) {
                long before = System.nanoTime();
                Thread other = new Thread(reader::wake);
                other.start();
                assertThat(reader.poll(50_000, new Received())).isZero();
                other.join();
                assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(40));
            }
            // Once without an inbox, once with one that is silent.
            reader.start(inbox, 0);
        }
        reader.wake();
        send(inbox, "a");
        assertThat(receive(new Received(), 1).of(inbox)).containsExactly("0:a");
    }

    private static void sendRow(LogRecord row) throws Exception {
        CompletableFuture<Exception> done = new CompletableFuture<>();
        sender.send(row, (offset, failure) -> done.complete(failure));
        assertThat(done.get(20, TimeUnit.SECONDS)).isNull();
    }

    private static void send(LogPartition to, String frame) throws Exception {
        CompletableFuture<Exception> done = new CompletableFuture<>();
        sender.send(to, bytes(frame), (offset, failure) -> done.complete(failure));
        assertThat(done.get(20, TimeUnit.SECONDS)).isNull();
    }

    private Received receive(Received received, int count) {
        await(() -> {
            reader.poll(50, received);
            return received.count() >= count;
        });
        return received;
    }

    /** The reader belongs to this thread, so it polls until the test's time-out. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
