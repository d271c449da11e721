package io.weirflow.worker.kafka;

import static io.weirflow.worker.kafka.TestLog.bytes;
import static io.weirflow.worker.kafka.TestLog.record;
import static io.weirflow.worker.kafka.TestLog.sibling;
import static io.weirflow.worker.kafka.TestLog.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.control.ControlCodec;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.CheckpointTriggered;
import io.weirflow.protocol.control.ControlRecord.LeaderElected;
import io.weirflow.protocol.fleet.FleetCodec;
import io.weirflow.protocol.fleet.FleetRecord.InboxPosition;
import io.weirflow.protocol.fleet.FleetRecord.InboxPositions;
import io.weirflow.protocol.fleet.FleetRecord.WorkerHeartbeat;
import io.weirflow.protocol.fleet.FleetRecord.WorkerLeft;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogException.Kind;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.protocol.log.LogUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Leases, changelogs, the control log and the fleet topic against a broker. */
@Timeout(60)
final class KafkaTransactionsIT {

    private static TestLog log;
    private static KafkaChangelogReader changelogs;
    private static KafkaTopics topics;

    @BeforeAll
    static void start() throws Exception {
        // Not the default of ten seconds: a machine of others may stand still for as long.
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
        log = new TestLog();
        changelogs = new KafkaChangelogReader(log.connection());
        topics = new KafkaTopics(log.connection());
    }

    @AfterAll
    static void stop() {
        changelogs.close();
        topics.close();
        log.close();
    }

    @Test
    void aLeaseThatWasTakenOverCommitsNothingMore() throws Exception {
        LogPartition changelog = log.topic(1);
        try (KafkaLeaseLog former = lease("taken");
                KafkaLeaseLog next = lease("taken")) {
            former.acquire();
            former.commit(List.of(record(changelog, "k", "1"), record(changelog, "p", "1")));
            next.acquire();

            assertFails(Kind.FENCED, () -> former.commit(List.of(record(changelog, "k", "2"))));
            assertThat(read(changelog, 0)).containsExactly("0 k=1", "1 p=1");
            next.commit(List.of(record(changelog, "k", "3")));
            assertThat(read(changelog, 2)).hasSize(1).first().asString().endsWith(" k=3");
        }
    }

    @Test
    void anOpenTransactionOfTheFormerHolderIsGoneOnceTheLeaseIsTaken() throws Exception {
        LogPartition changelog = log.topic(1);
        try (KafkaProducer<byte[], byte[]> zombie = log.leaseProducer("zombie");
                KafkaLeaseLog next = lease("zombie")) {
            zombie.initTransactions();
            transaction(zombie, changelog, "committed");
            zombie.commitTransaction();
            transaction(zombie, changelog, "open");

            next.acquire();
            assertThat(read(changelog, 0)).containsExactly("0 k=committed");
            assertThatThrownBy(zombie::commitTransaction).isInstanceOf(KafkaException.class);
            assertThat(read(changelog, 0)).containsExactly("0 k=committed");
        }
    }

    /** K13. */
    @Test
    void aCommitAfterTheTransactionsTimeIsRefusedAndMayBeTriedAgain() throws Exception {
        LogPartition changelog = log.topic(1);
        try (KafkaProducer<byte[], byte[]> late = log.hurriedProducer("late", 1_000);
                KafkaLeaseLog next = lease("late")) {
            late.initTransactions();
            transaction(late, changelog, "late");
            await().until(() -> log.transactionState("late") == TransactionState.COMPLETE_ABORT);
            assertThatThrownBy(late::commitTransaction)
                    .isInstanceOf(InvalidTxnStateException.class)
                    .extracting(KafkaFailures::kindOf)
                    .isEqualTo(Kind.RETRY);
            next.acquire();
            next.commit(List.of(record(changelog, "k", "again")));
            assertThat(read(changelog, 0)).containsExactly("2 k=again");
        }
    }

    @Test
    void aLeaseThatWasLostCanBeTakenBack() throws Exception {
        LogPartition changelog = log.topic(1);
        try (KafkaLeaseLog one = lease("back");
                KafkaLeaseLog two = lease("back")) {
            one.acquire();
            two.acquire();
            assertFails(Kind.FENCED, () -> one.commit(List.of(record(changelog, "k", "1"))));
            assertFails(Kind.RETRY, () -> one.commit(List.of(record(changelog, "k", "1"))));
            one.acquire();
            one.commit(List.of(record(changelog, "k", "2")));
            assertThat(read(changelog, 0)).singleElement().asString().endsWith("k=2");
        }
    }

    @Test
    void aCommitTellsTheNextOffsetOfEachPartitionThatIsNamed() throws Exception {
        LogPartition changelog = log.topic(2);
        LogPartition other = sibling(changelog, 1);
        LogPartition sink = log.topic(1);
        try (KafkaLeaseLog lease = lease("offsets")) {
            lease.acquire();
            assertThat(lease.commit(List.of())).isEmpty();
            assertThat(lease.commit(List.of(
                            record(changelog, "a", "1"), record(other, "b", "1"), record(changelog, "c", null))))
                    .isEqualTo(Map.of(changelog, 2L, other, 1L));
            // The marker of the first transaction lies at offset 2.
            assertThat(lease.commit(List.of(
                            record(changelog, "a", "2"),
                            new LogRecord(sink.topic(), LogRecord.BY_KEY, null, bytes("s")))))
                    .isEqualTo(Map.of(changelog, 4L));
        }
        // Markers are written after a commit has returned (fact K10).
        await("a record and the marker").until(() -> topics.endOffset(sink) == 2);
        assertThat(read(changelog, 0)).containsExactly("0 a=1", "1 c=null", "3 a=2");
        assertThat(topics.endOffset(changelog)).isEqualTo(5);
    }

    @Test
    void keysChooseThePartitionAsOtherProducersDo() throws Exception {
        LogPartition sink = log.topic(8);
        try (KafkaLeaseLog lease = lease("by-key")) {
            lease.acquire();
            LogRecord row = new LogRecord(sink.topic(), LogRecord.BY_KEY, bytes("user-17"), bytes("1"));
            assertThat(lease.commit(List.of(row))).isEmpty();
        }
        int asOthers = BuiltInPartitioner.partitionForKey(bytes("user-17"), 8);
        assertThat(read(sibling(sink, asOthers), 0)).hasSize(1);
    }

    @Test
    void recordsWithoutAKeyGoWhereTheirNumberSays() throws Exception {
        LogPartition sink = log.topic(3);
        try (KafkaLeaseLog lease = lease("spread")) {
            lease.acquire();
            LogRecord row = new LogRecord(sink.topic(), LogRecord.spreadBy(5), null, bytes("1"));
            assertThat(lease.commit(List.of(row, row))).isEmpty();
        }
        // A commit is answered before its marker is in every partition.
        await().until(() -> topics.endOffset(sibling(sink, 2)) == 3);
    }

    @Test
    void backToBackCommitsAreReadWhole() throws Exception {
        LogPartition changelog = log.topic(2);
        LogPartition published = sibling(changelog, 1);
        int commits = 50;
        try (KafkaLeaseLog lease = lease("pairs")) {
            lease.acquire();
            for (int i = 0; i < commits; i++) {
                lease.commit(List.of(record(changelog, "p", "" + i), record(published, "s", "" + i)));
            }
        }
        assertThat(read(changelog, 0)).hasSize(commits).last().asString().endsWith("p=49");
        assertThat(read(published, 0)).hasSize(commits).last().asString().endsWith("s=49");
    }

    @Test
    void aRecordThatIsTooLargeIsRefusedWithItsTopicAndNothingOfItsSetIsSeen() throws Exception {
        LogPartition small = log.topic(1, Map.of("max.message.bytes", "20000"));
        LogPartition other = log.topic(1);
        try (KafkaLeaseLog lease = lease("large")) {
            lease.acquire();
            LogRecord large = new LogRecord(small.topic(), 0, bytes("k"), new byte[50_000]);
            assertFails(Kind.FATAL, () -> lease.commit(List.of(record(other, "k", "1"), large)))
                    .hasMessageContaining("'" + small.topic() + "'")
                    .hasMessageContaining("50001 bytes")
                    .hasMessageContaining("max.message.bytes");
            lease.acquire();
            lease.commit(List.of(record(other, "k", "2")));
            assertThat(read(other, 0)).singleElement().asString().endsWith("k=2");
        }
    }

    @Test
    void aRecordLargerThanAnyRequestIsRefusedToo() throws Exception {
        LogPartition changelog = log.topic(1);
        try (KafkaLeaseLog lease = lease("huge")) {
            lease.acquire();
            LogRecord huge = new LogRecord(changelog.topic(), 0, bytes("k"), new byte[KafkaClients.MAX_REQUEST_BYTES]);
            assertFails(Kind.FATAL, () -> lease.commit(List.of(huge))).hasMessageContaining(changelog.topic());
        }
    }

    @Test
    void aChangelogIsReadWithItsTombstonesFromAnyOffset() throws Exception {
        LogPartition changelog = log.topic(1, Map.of("cleanup.policy", "compact"));
        try (KafkaLeaseLog lease = lease("tombstones")) {
            lease.acquire();
            lease.commit(List.of(record(changelog, "a", "1"), record(changelog, "b", "1")));
            lease.commit(List.of(record(changelog, "a", null)));
        }
        assertThat(read(changelog, 0)).containsExactly("0 a=1", "1 b=1", "3 a=null");
        assertThat(read(changelog, 2)).containsExactly("3 a=null");
        List<String> none = new ArrayList<>();
        assertThat(changelogs.read(changelog, 5, (offset, key, value) -> none.add(text(key))))
                .isEqualTo(5);
        assertThat(none).isEmpty();
    }

    @Test
    void anAbortedTransactionAtTheEndIsPassedOver() throws Exception {
        LogPartition changelog = log.topic(1);
        try (KafkaProducer<byte[], byte[]> producer = log.leaseProducer("aborts")) {
            producer.initTransactions();
            transaction(producer, changelog, "kept");
            producer.commitTransaction();
            transaction(producer, changelog, "aborted");
            producer.abortTransaction();
        }
        List<String> seen = new ArrayList<>();
        assertThat(changelogs.read(changelog, 0, (offset, key, value) -> seen.add(text(value))))
                .isEqualTo(4);
        assertThat(seen).containsExactly("kept");
    }

    @Test
    void aChangelogIsReadToWhatIsDurableAndNotToTheLastStableOffset() throws Exception {
        LogPartition changelog = log.topic(1);
        try (KafkaProducer<byte[], byte[]> producer = log.leaseProducer("markers")) {
            producer.initTransactions();
            transaction(producer, changelog, "late marker");
            CompletableFuture<List<String>> reading = CompletableFuture.supplyAsync(() -> read(changelog, 0));
            await().during(Duration.ofMillis(400)).until(() -> !reading.isDone());
            producer.commitTransaction();
            assertThat(reading.get()).containsExactly("0 k=late marker");
        }
    }

    @Test
    void aChangelogWhoseStartWasRemovedIsReadFromWhatIsLeft() throws Exception {
        LogPartition changelog = log.topic(1, Map.of("cleanup.policy", "compact,delete"));
        try (KafkaLeaseLog lease = lease("removed")) {
            lease.acquire();
            lease.commit(
                    List.of(record(changelog, "a", "1"), record(changelog, "b", "1"), record(changelog, "c", "1")));
        }
        log.deleteBefore(changelog, 2);
        assertThat(read(changelog, 0)).containsExactly("2 c=1");
    }

    @Test
    void aChangelogThatLostItsEndIsRefused() throws Exception {
        LogPartition changelog = log.topic(1);
        assertFails(Kind.FATAL, () -> read(changelog, 7))
                .hasMessageContaining(changelog + " ends at offset 0 but was read up to 7");
    }

    @Test
    void severalThreadsReadChangelogsAtOnce() throws Exception {
        LogPartition changelog = log.topic(4);
        try (KafkaLeaseLog lease = lease("threads")) {
            lease.acquire();
            for (int partition = 0; partition < 4; partition++) {
                lease.commit(List.of(record(sibling(changelog, partition), "k", "" + partition)));
            }
        }
        List<CompletableFuture<List<String>>> reads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            LogPartition partition = sibling(changelog, i % 4);
            reads.add(CompletableFuture.supplyAsync(() -> read(partition, 0)));
        }
        for (int i = 0; i < 16; i++) {
            assertThat(reads.get(i).get()).containsExactly("0 k=" + i % 4);
        }
    }

    @Test
    void theControlLogIsReadInOrderAndSaysWhenItHasCaughtUp() throws Exception {
        LogPartition control = log.topic(1);
        List<ControlRecord> decisions =
                List.of(new LeaderElected("c1", 1), new CheckpointTriggered("p", 1), new CheckpointTriggered("p", 2));
        try (KafkaLeaseLog writer = lease("coordinator")) {
            writer.acquire();
            writer.commit(
                    decisions.stream().map(one -> controlRecord(control, one)).toList());
            try (KafkaControlLogReader reader = new KafkaControlLogReader(log.connection(), control.topic())) {
                assertThat(reader.caughtUp()).isFalse();
                List<ControlRecord> read = new ArrayList<>();
                await().until(() -> {
                    read.addAll(reader.poll(20));
                    return reader.caughtUp();
                });
                assertThat(read).isEqualTo(decisions);
                ControlRecord later = new CheckpointTriggered("p", 3);
                writer.commit(List.of(controlRecord(control, later)));
                read.clear();
                await().until(() -> read.addAll(reader.poll(20)));
                assertThat(read).containsExactly(later);
                assertThat(reader.poll(0)).isEmpty();
            }
        }
    }

    @Test
    void anEmptyControlLogIsCaughtUpWith() throws Exception {
        LogPartition control = log.topic(1);
        try (KafkaControlLogReader reader = new KafkaControlLogReader(log.connection(), control.topic())) {
            // Right after its creation, the topic may not be known to the broker yet.
            await().ignoreException(LogUnavailableException.class)
                    .until(() -> reader.poll(20).isEmpty() && reader.caughtUp());
        }
    }

    @Test
    void aReaderHasNotCaughtUpBeforeDecisionsWhoseMarkersAreLate() throws Exception {
        LogPartition control = log.topic(1);
        ControlRecord decision = new LeaderElected("c1", 1);
        try (KafkaProducer<byte[], byte[]> writer = log.leaseProducer("late-decision")) {
            writer.initTransactions();
            writer.beginTransaction();
            LogRecord record = controlRecord(control, decision);
            writer.send(new ProducerRecord<>(control.topic(), 0, record.key(), record.value()))
                    .get();
            try (KafkaControlLogReader reader = new KafkaControlLogReader(log.connection(), control.topic())) {
                for (int i = 0; i < 10; i++) {
                    assertThat(reader.poll(40)).isEmpty();
                    assertThat(reader.caughtUp()).isFalse();
                }
                writer.commitTransaction();
                List<ControlRecord> read = new ArrayList<>();
                await().until(() -> {
                    read.addAll(reader.poll(20));
                    return reader.caughtUp();
                });
                assertThat(read).containsExactly(decision);
            }
        }
    }

    @Test
    void aDecisionThatCannotBeReadIsNeverPassedOver() throws Exception {
        LogPartition control = log.topic(1);
        ControlRecord known = new LeaderElected("c1", 1);
        try (KafkaLeaseLog writer = lease("newer")) {
            writer.acquire();
            writer.commit(List.of(
                    controlRecord(control, known),
                    record(control, "future", "{\"v\":99}"),
                    controlRecord(control, new LeaderElected("c2", 2))));
        }
        try (KafkaControlLogReader reader = new KafkaControlLogReader(log.connection(), control.topic())) {
            List<ControlRecord> read = new ArrayList<>();
            await().until(() -> read.addAll(reader.poll(20)));
            assertThat(read).containsExactly(known);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> await().until(() -> !reader.poll(20).isEmpty()))
                        .isInstanceOf(WireFormatException.class)
                        .hasMessageContaining(control + " at offset 1");
                assertThat(reader.caughtUp()).isFalse();
            }
        }
    }

    @Test
    void reportsArriveInOrder() throws Exception {
        LogPartition fleet = log.topic(1);
        WorkerId worker = new WorkerId("w1", 5);
        try (KafkaFleetAppender appender = new KafkaFleetAppender(log.connection(), fleet.topic())) {
            appender.append(new WorkerHeartbeat(worker, 1));
            appender.append(new WorkerHeartbeat(worker, 2));
            appender.append(new WorkerLeft(worker));
        }
        List<Object> reports = new ArrayList<>();
        changelogs.read(fleet, 0, (offset, key, value) -> {
            assertThat(text(key)).isEqualTo("w1");
            reports.add(FleetCodec.decode(value));
        });
        assertThat(reports)
                .isEqualTo(Arrays.asList(
                        new WorkerHeartbeat(worker, 1), new WorkerHeartbeat(worker, 2), new WorkerLeft(worker)));
    }

    @Test
    void aReaderOfReportsBeginsWithWhatComesNext() throws Exception {
        LogPartition fleet = log.topic(1);
        WorkerId worker = new WorkerId("w1", 5);
        InboxPositions positions = new InboxPositions(worker, "p", "p-1", List.of(new InboxPosition(1, 0, 7)));
        try (KafkaFleetAppender appender = new KafkaFleetAppender(log.connection(), fleet.topic())) {
            appender.append(new WorkerHeartbeat(worker, 1));
        }
        try (KafkaFleetReader reader = new KafkaFleetReader(log.connection(), fleet.topic());
                KafkaFleetAppender appender = new KafkaFleetAppender(log.connection(), fleet.topic());
                KafkaLeaseLog lease = lease("reports")) {
            lease.acquire();
            lease.commit(List.of(record(fleet, "w9", "a report of a later version")));
            appender.append(positions);
            List<Object> reports = new ArrayList<>();
            await().until(() -> reports.addAll(reader.poll(100)));
            assertThat(reports).containsExactly(positions);
        }
    }

    @Test
    void reportsOfATopicThatDoesNotExistCannotBeRead() {
        assertThatThrownBy(() -> new KafkaFleetReader(log.connection(), "no-such-topic"))
                .isInstanceOf(LogUnavailableException.class)
                .hasMessageContaining("read the fleet topic");
    }

    @Test
    void reportsToATopicThatDoesNotExistAreLostQuietly() {
        try (KafkaFleetAppender appender = new KafkaFleetAppender(log.connection(), "no-such-topic")) {
            appender.append(new WorkerLeft(new WorkerId("w1", 5)));
        }
        assertFails(Kind.RETRY, () -> topics.endOffset(new LogPartition("no-such-topic", 0)));
    }

    private static KafkaLeaseLog lease(String transactionalId) {
        return new KafkaLeaseLog(log.connection(), transactionalId, TestLog.TRANSACTION_TIMEOUT_MS);
    }

    private static LogRecord controlRecord(LogPartition control, ControlRecord decision) {
        return new LogRecord(control.topic(), 0, ControlCodec.key(decision), ControlCodec.value(decision));
    }

    /** Leaves it open. */
    private static void transaction(KafkaProducer<byte[], byte[]> producer, LogPartition to, String value)
            throws Exception {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(to.topic(), to.partition(), bytes("k"), bytes(value)))
                .get();
    }

    private static List<String> read(LogPartition partition, long from) {
        List<String> seen = new ArrayList<>();
        changelogs.read(
                partition,
                from,
                (offset, key, value) ->
                        seen.add(offset + " " + text(key) + "=" + (value == null ? "null" : text(value))));
        return seen;
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(Kind kind, ThrowingCallable call) {
        AbstractThrowableAssert<?, ? extends Throwable> failure = assertThatThrownBy(call);
        failure.asInstanceOf(InstanceOfAssertFactories.type(LogException.class))
                .extracting(LogException::kind)
                .isEqualTo(kind);
        return failure;
    }
}
