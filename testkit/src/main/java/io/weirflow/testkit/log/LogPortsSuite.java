package io.weirflow.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.ChangelogTail;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogException.Kind;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the log protocol stands on (the facts K1–K13 as far as the ports of {@link io.weirflow.protocol.log} show them), as cases that every log
 * behind these ports must pass: the one in memory that simulations run on, and real brokers. A fact that only holds in memory would make a
 * simulation prove nothing.
 *
 * <p>Cases make their own topics and ids, so one log serves all of them.
 */
public abstract class LogPortsSuite {

    private static final int MAX_POLLS = 200;
    private static final long POLL_MS = 100;
    private static final long ANSWER_TIMEOUT_S = 30;
    private static final int BACK_TO_BACK = 30;

    /** Returns the first partition of a new topic with so many. */
    protected abstract LogPartition newTopic(int partitions);

    /** Returns a transactional id that nobody has used. */
    protected abstract String newId();

    protected abstract LeaseLog openLease(String transactionalId);

    protected abstract ChangelogReader changelogs();

    protected abstract ChangelogTail openTail();

    protected abstract InboxReader openInboxReader();

    protected abstract FrameSender openSender();

    /** Lets everything that was sent arrive and be answered. A log that goes on by itself need not do anything. */
    protected abstract void drive(FrameSender sender);

    /** Sends a frame that is lost on the way. */
    protected abstract void sendAndLose(FrameSender sender, LogPartition to, FrameSender.Callback callback);

    /** A process takes the lease, writes the records in a transaction, and dies before it ends it. */
    protected abstract void leaveOpen(String transactionalId, List<LogRecord> records);

    /** The holder of a lease commits while another takes the lease. Returns why the commit failed, if it did, once both are done. */
    protected abstract Optional<LogException> commitWhileTaken(String transactionalId, List<LogRecord> records);

    /** Returns the values that a read_committed reader gets without waiting: those before the last stable offset. */
    protected abstract List<String> stable(LogPartition partition);

    /** Removes the records before an offset, as retention does. */
    protected abstract void deleteBefore(LogPartition partition, long offset);

    @Test
    void aPartitionIsReadInTheOrderInWhichItWasSent() {
        LogPartition inbox = newTopic(2);
        LogPartition other = sibling(inbox);
        try (FrameSender sender = openSender();
                InboxReader reader = openInboxReader()) {
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(send(sender, i % 2 == 0 ? inbox : other, "f" + i));
            }
            answers.forEach(answer -> assertThat(await(sender, answer)).isEqualTo("durable"));
            reader.start(inbox, 0);
            assertThat(read(reader, 10))
                    .containsExactly(
                            "0 f0", "1 f2", "2 f4", "3 f6", "4 f8", "5 f10", "6 f12", "7 f14", "8 f16", "9 f18");
        }
    }

    @Test
    void aReaderGoesOnWhereItStoppedWhateverHappensMeanwhile() {
        LogPartition inbox = newTopic(1);
        try (FrameSender sender = openSender();
                LeaseLog lease = openLease(newId());
                InboxReader reader = openInboxReader()) {
            await(sender, send(sender, inbox, "a"));
            await(sender, send(sender, inbox, "b"));
            reader.start(inbox, 1);
            assertThat(read(reader, 1)).containsExactly("1 b");
            reader.pause(inbox);
            lease.acquire();
            lease.commit(List.of(record(inbox, "k", "c")));
            assertThat(reader.poll(POLL_MS, (partition, offset, timestampMs, value) -> {}))
                    .isZero();
            reader.resume(inbox);
            assertThat(read(reader, 1)).containsExactly("2 c");
            // The marker of the transaction has taken offset 3.
            await(sender, send(sender, inbox, "d"));
            assertThat(read(reader, 1)).containsExactly("4 d");
            reader.stop(inbox);
            assertThat(reader.lag(inbox)).isEqualTo(-1);
            reader.start(inbox, 0);
            assertThat(read(reader, 4)).containsExactly("0 a", "1 b", "2 c", "4 d");
        }
    }

    /** K2: nothing fences a sender, and the frames of several are merged in one order for all readers. */
    @Test
    void sendersShareAPartitionAndNobodyIsFenced() {
        LogPartition inbox = newTopic(1);
        String id = newId();
        try (FrameSender one = openSender();
                FrameSender two = openSender();
                LeaseLog lease = openLease(id);
                InboxReader first = openInboxReader();
                InboxReader second = openInboxReader()) {
            for (int i = 0; i < 5; i++) {
                lease.acquire();
                CompletableFuture<String> ones = send(one, inbox, "one" + i);
                CompletableFuture<String> twos = send(two, inbox, "two" + i);
                assertThat(await(one, ones)).isEqualTo("durable");
                assertThat(await(two, twos)).isEqualTo("durable");
            }
            first.start(inbox, 0);
            second.start(inbox, 0);
            List<String> seen = read(first, 10);
            assertThat(seen).isEqualTo(read(second, 10));
            assertThat(seen.stream().filter(value -> value.contains("one")).map(value -> value.split(" ")[1]))
                    .containsExactly("one0", "one1", "one2", "one3", "one4");
        }
    }

    /** K5: what the chain rule is there for. */
    @Test
    void aFrameMayBeLostAndTheNextArrive() {
        LogPartition inbox = newTopic(1);
        try (FrameSender sender = openSender();
                InboxReader reader = openInboxReader()) {
            assertThat(await(sender, send(sender, inbox, "one"))).isEqualTo("durable");
            CompletableFuture<String> lost = new CompletableFuture<>();
            sendAndLose(sender, inbox, (offset, failure) -> lost.complete(failure == null ? "durable" : "lost"));
            CompletableFuture<String> next = send(sender, inbox, "three");
            assertThat(await(sender, lost)).isEqualTo("lost");
            assertThat(await(sender, next)).isEqualTo("durable");
            reader.start(inbox, 0);
            assertThat(read(reader, 2)).containsExactly("0 one", "1 three");
        }
    }

    /** K1. */
    @Test
    void aTransactionIsSeenWholeInAllItsPartitions() {
        LogPartition changelog = newTopic(2);
        LogPartition other = sibling(changelog);
        try (LeaseLog lease = openLease(newId())) {
            lease.acquire();
            assertThat(lease.commit(List.of())).isEmpty();
            assertThat(lease.commit(List.of(
                            record(changelog, "a", "1"), record(other, "b", "1"), record(changelog, "c", null))))
                    .isEqualTo(Map.of(changelog, 2L, other, 1L));
            assertThat(lease.commit(List.of(record(changelog, "a", "2")))).isEqualTo(Map.of(changelog, 4L));
        }
        assertThat(changes(changelog, 0)).containsExactly("0 a=1", "1 c=null", "3 a=2");
        assertThat(changes(changelog, 2)).containsExactly("3 a=2");
        assertThat(changes(other, 0)).containsExactly("0 b=1");
    }

    @Test
    void aFormerHolderCommitsNothingMore() {
        LogPartition changelog = newTopic(1);
        String id = newId();
        try (LeaseLog former = openLease(id);
                LeaseLog next = openLease(id)) {
            assertThat(failure(() -> former.commit(List.of(record(changelog, "k", "0")))))
                    .isEqualTo(Kind.RETRY);
            former.acquire();
            former.commit(List.of(record(changelog, "k", "1")));
            next.acquire();
            assertThat(failure(() -> former.commit(List.of(record(changelog, "k", "2")))))
                    .isEqualTo(Kind.FENCED);
            assertThat(failure(() -> former.commit(List.of(record(changelog, "k", "3")))))
                    .isEqualTo(Kind.RETRY);
            assertThat(values(changelog)).containsExactly("1");
            next.commit(List.of(record(changelog, "k", "4")));
            former.acquire();
            former.commit(List.of(record(changelog, "k", "5")));
            assertThat(failure(() -> next.commit(List.of(record(changelog, "k", "6")))))
                    .isEqualTo(Kind.FENCED);
            assertThat(values(changelog)).containsExactly("1", "4", "5");
        }
    }

    @Test
    void leasesOfOthersAreNotFenced() {
        LogPartition changelog = newTopic(1);
        try (LeaseLog one = openLease(newId());
                LeaseLog two = openLease(newId())) {
            one.acquire();
            two.acquire();
            one.commit(List.of(record(changelog, "k", "1")));
            two.commit(List.of(record(changelog, "k", "2")));
            one.commit(List.of(record(changelog, "k", "3")));
        }
        assertThat(values(changelog)).containsExactly("1", "2", "3");
    }

    /** K9: fence, then read to the end. */
    @Test
    void onceALeaseIsTakenNothingOfTheFormerHolderIsOpen() {
        LogPartition changelog = newTopic(2);
        LogPartition other = sibling(changelog);
        String id = newId();
        leaveOpen(id, List.of(record(changelog, "k", "open"), record(other, "k", "open")));
        try (LeaseLog lease = openLease(id)) {
            lease.acquire();
            assertThat(changes(changelog, 0)).isEmpty();
            assertThat(changes(other, 0)).isEmpty();
            lease.commit(List.of(record(changelog, "k", "next")));
            assertThat(values(changelog)).containsExactly("next");
            assertThat(values(other)).isEmpty();
        }
    }

    /** K6, K7: why frames are not transactional, and inboxes are read uncommitted. */
    @Test
    void anOpenTransactionHoldsBackItsPartitionsForCommittedReadersOnly() {
        LogPartition partition = newTopic(2);
        LogPartition other = sibling(partition);
        String silent = newId();
        try (LeaseLog busy = openLease(newId());
                LeaseLog next = openLease(silent);
                InboxReader uncommitted = openInboxReader()) {
            busy.acquire();
            busy.commit(List.of(record(partition, "k", "before")));
            leaveOpen(silent, List.of(record(partition, "k", "open")));
            busy.commit(List.of(record(partition, "k", "after"), record(other, "k", "after")));
            eventually(() -> stable(other), List.of("after"));
            assertThat(stable(partition)).containsExactly("before");
            uncommitted.start(partition, 0);
            // Between the first and the second lies a marker, which nobody sees.
            assertThat(read(uncommitted, 3)).containsExactly("0 before", "2 open", "3 after");
            next.acquire();
            eventually(() -> stable(partition), List.of("before", "after"));
            assertThat(values(partition)).containsExactly("before", "after");
            uncommitted.start(partition, 0);
            assertThat(read(uncommitted, 3)).containsExactly("0 before", "2 open", "3 after");
        }
    }

    /** K6, K7: what a follower has at the last stable offset is whole transactions, and never what is open or was aborted. */
    @Test
    void aTailSeesWhatIsCommittedAsItIsCommitted() {
        LogPartition partition = newTopic(2);
        LogPartition other = sibling(partition);
        String silent = newId();
        try (LeaseLog lease = openLease(newId());
                LeaseLog next = openLease(silent);
                ChangelogTail tail = openTail()) {
            lease.acquire();
            lease.commit(List.of(record(partition, "a", "1"), record(partition, "b", null), record(other, "a", "1")));
            tail.start(partition, 1);
            tail.start(other, 0);
            assertThat(followed(tail, 2, partition, other)).containsExactlyInAnyOrder("0/1 b=null", "1/0 a=1");
            leaveOpen(silent, List.of(record(partition, "a", "open")));
            lease.commit(List.of(record(partition, "a", "2"), record(other, "a", "2")));
            assertThat(followed(tail, 1, other)).containsExactly("1/2 a=2");
            next.acquire();
            assertThat(followed(tail, 1, partition)).containsExactly("0/4 a=2");
            tail.stop(other);
            lease.commit(List.of(record(partition, "a", "3"), record(other, "a", "3")));
            assertThat(followed(tail, 1, partition)).containsExactly("0/7 a=3");
            assertThat(tail.position(partition)).isGreaterThanOrEqualTo(8);
            tail.start(other, 2);
            assertThat(followed(tail, 2, other)).containsExactly("1/2 a=2", "1/4 a=3");
            assertThat(failure(() -> tail.start(other, 100))).isEqualTo(Kind.FATAL);
        }
    }

    /** Returns so many records, once the end of these partitions is reached. */
    private static List<String> followed(ChangelogTail tail, int count, LogPartition... ends) {
        List<String> seen = new ArrayList<>();
        for (int polls = 0; polls < MAX_POLLS; polls++) {
            int unused = tail.poll(
                    POLL_MS,
                    (partition, offset, key, value) -> seen.add(partition.partition() + "/" + offset + " " + text(key)
                            + "=" + (value == null ? "null" : text(value))));
            if (seen.size() >= count && List.of(ends).stream().allMatch(end -> tail.lag(end) == 0)) {
                break;
            }
        }
        return seen;
    }

    /** K10: after an unknown outcome it is all there or nothing, and the one who took the lease sees which. */
    @Test
    void aCommitThatMeetsATakeOverIsDoneOrNotInAllPartitions() {
        LogPartition changelog = newTopic(2);
        LogPartition other = sibling(changelog);
        for (int i = 0; i < 5; i++) {
            String value = "try" + i;
            Optional<LogException> failure =
                    commitWhileTaken(newId(), List.of(record(changelog, "k", value), record(other, "k", value)));
            boolean there = values(changelog).contains(value);
            assertThat(values(other).contains(value)).isEqualTo(there);
            if (failure.isEmpty()) {
                assertThat(there).isTrue();
            } else {
                assertThat(failure.get().kind()).isNotEqualTo(Kind.FATAL);
            }
        }
    }

    /** K10, K11: a reader of changelogs waits for markers that are late, and transactions may follow each other at once. */
    @Test
    void whatIsCommittedIsReadAtOnceAndTransactionsFollowEachOther() {
        LogPartition changelog = newTopic(2);
        LogPartition other = sibling(changelog);
        try (LeaseLog lease = openLease(newId())) {
            lease.acquire();
            for (int i = 1; i <= BACK_TO_BACK; i++) {
                lease.commit(List.of(record(changelog, "k", "" + i), record(other, "k", "" + i)));
                if (i % 10 == 0) {
                    assertThat(values(changelog)).hasSize(i).last().isEqualTo("" + i);
                    assertThat(values(other)).hasSize(i).last().isEqualTo("" + i);
                }
            }
        }
    }

    @Test
    void aChangelogThatEndsBeforeWhereItWasReadToHasLostData() {
        LogPartition changelog = newTopic(1);
        assertThat(changes(changelog, 0)).isEmpty();
        assertThat(failure(() -> changes(changelog, 7))).isEqualTo(Kind.FATAL);
    }

    @Test
    void aChangelogWithARecordThatHasNoKeyIsRefused() {
        LogPartition changelog = newTopic(1);
        try (FrameSender sender = openSender()) {
            await(sender, send(sender, changelog, "somebody else's"));
        }
        assertThat(failure(() -> changes(changelog, 0))).isEqualTo(Kind.FATAL);
    }

    @Test
    void recordsThatAreGoneAreMissedByInboxReadersAndPassedOverByChangelogReaders() {
        LogPartition partition = newTopic(1);
        try (LeaseLog lease = openLease(newId());
                InboxReader reader = openInboxReader()) {
            lease.acquire();
            lease.commit(
                    List.of(record(partition, "a", "1"), record(partition, "b", "2"), record(partition, "c", "3")));
            eventually(() -> stable(partition), List.of("1", "2", "3"));
            deleteBefore(partition, 2);
            assertThat(changes(partition, 0)).containsExactly("2 c=3");
            reader.start(partition, 2);
            assertThat(read(reader, 1)).containsExactly("2 3");
            reader.start(partition, 1);
            assertThat(failure(() -> read(reader, 1))).isEqualTo(Kind.FATAL);
        }
    }

    private CompletableFuture<String> send(FrameSender sender, LogPartition to, String value) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        sender.send(to, bytes(value), (offset, failure) -> answer.complete(failure == null ? "durable" : "lost"));
        return answer;
    }

    private String await(FrameSender sender, CompletableFuture<String> answer) {
        drive(sender);
        try {
            return answer.get(ANSWER_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("a frame was not answered", e);
        }
    }

    private static List<String> read(InboxReader reader, int count) {
        List<String> seen = new ArrayList<>();
        for (int polls = 0; polls < MAX_POLLS && seen.size() < count; polls++) {
            int unused = reader.poll(
                    POLL_MS, (partition, offset, timestampMs, value) -> seen.add(offset + " " + text(value)));
        }
        return seen;
    }

    private List<String> values(LogPartition changelog) {
        return changes(changelog, 0).stream()
                .map(change -> change.substring(change.indexOf('=') + 1))
                .toList();
    }

    private List<String> changes(LogPartition changelog, long from) {
        List<String> seen = new ArrayList<>();
        long next = changelogs()
                .read(
                        changelog,
                        from,
                        (offset, key, value) ->
                                seen.add(offset + " " + text(key) + "=" + (value == null ? "null" : text(value))));
        assertThat(next).isGreaterThanOrEqualTo(from);
        return seen;
    }

    /** Markers are written after a commit has returned (K10). */
    private static void eventually(Supplier<List<String>> actual, List<String> expected) {
        List<String> seen = actual.get();
        for (int polls = 0; polls < MAX_POLLS && !seen.equals(expected); polls++) {
            seen = actual.get();
        }
        assertThat(seen).isEqualTo(expected);
    }

    private static Kind failure(ThrowingCallable call) {
        LogException failure = catchThrowableOfType(LogException.class, call);
        assertThat(failure).as("a failure of the log").isNotNull();
        return failure.kind();
    }

    private static LogPartition sibling(LogPartition partition) {
        return new LogPartition(partition.topic(), partition.partition() + 1);
    }

    private static LogRecord record(LogPartition to, String key, @Nullable String value) {
        return new LogRecord(to.topic(), to.partition(), bytes(key), value == null ? null : bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
