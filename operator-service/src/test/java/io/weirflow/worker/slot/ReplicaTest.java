package io.weirflow.worker.slot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.state.HeapAllowance;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.RocksDbSettings;
import io.weirflow.state.SlotStore;
import io.weirflow.state.StateBackend;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of a slot's state on its way along the changelog: kept as whole checkpoints, and completed by whoever becomes the owner. */
final class ReplicaTest {

    private static final SlotId SLOT = new SlotId("test", 1, 0);
    private static final LogPartition CHANGELOG = new LogPartition("changelog", 0);
    private static final byte[] KEY = key("account");
    private static final int LARGE_BYTES = 1 << 20;

    private final HeapAllowance allowance = new HeapAllowance(1 << 20);
    private final RocksDbRuntime runtime = new RocksDbRuntime(RocksDbSettings.defaults(), System::currentTimeMillis);
    private final LocalStates states = new LocalStates() {
        @Override
        public StateBackend open(SlotId slot) {
            return runtime.open(folder.resolve("state"));
        }

        @Override
        public void remove(SlotId slot) {
            runtime.destroy(folder.resolve("state"));
        }
    };

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        runtime.close();
    }

    private Replica open(Incarnation incarnation) {
        return Replica.open(states, SLOT, CHANGELOG, incarnation);
    }

    /** As state lies in the changelog: the step's number and one, the table, the key. */
    private static byte[] key(String name) {
        return ("\u0001balances\u0000" + name).getBytes(UTF_8);
    }

    private static byte[] value(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] progress(Incarnation incarnation, long checkpoint) {
        return ProgressCodec.encode(
                new Progress(incarnation, checkpoint, checkpoint * 10, 0, 0, false, List.of(), List.of(), List.of()));
    }

    /** A checkpoint of one entry, and its progress after it. */
    private static void checkpoint(Replica replica, long offset, String text, long number) {
        replica.record(offset, KEY, value(text));
        replica.record(offset + 1, ProgressCodec.progressKey(), progress(Incarnation.FIRST, number));
    }

    private static String read(SlotStore store) {
        byte[] found = store.table(0, "balances").get("account".getBytes(UTF_8));
        return found == null ? "nothing" : new String(found, UTF_8);
    }

    @Test
    void isCompletedByWhoeverTakesOver() {
        Replica replica = open(Incarnation.FIRST);
        assertThat(replica.checkpoint()).isEqualTo(SlotStatus.NONE);
        checkpoint(replica, 0, "1", 1);
        replica.settle(3);
        checkpoint(replica, 3, "2", 2);
        replica.settle(6);
        assertThat(replica.checkpoint()).isEqualTo(2);
        assertThat(replica.position()).isEqualTo(6);
        checkpoint(replica, 6, "3", 3);
        RestoredState restored = replica.complete(9, SlotAssigned.UNKNOWN, allowance);
        assertThat(restored.progress().checkpoint()).isEqualTo(3);
        assertThat(restored.progress().nextPosition()).isEqualTo(30);
        assertThat(read(restored.store())).isEqualTo("3");
        restored.store().close();
    }

    @Test
    void goesOnWhereItHasSettledAfterARestart() {
        Replica replica = open(Incarnation.FIRST);
        checkpoint(replica, 0, "1", 1);
        replica.settle(3);
        // Half of a checkpoint: the process ends before the rest comes.
        replica.record(3, KEY, value("2"));
        replica.close();
        Replica again = open(Incarnation.FIRST);
        assertThat(again.position()).isEqualTo(3);
        assertThat(again.checkpoint()).isEqualTo(1);
        try (SlotStore store =
                again.complete(3, SlotAssigned.UNKNOWN, allowance).store()) {
            assertThat(read(store)).isEqualTo("1");
        }
    }

    /** Whoever opened the slot in the middle of a load would have to wait for the end of it. */
    @Test
    void saysHowMuchOfALargeLoadIsNotOnDiskYet() {
        Replica replica = open(Incarnation.FIRST);
        checkpoint(replica, 0, "1", 1);
        assertThat(replica.unsettledRecords())
                .as("few records, written in a moment")
                .isZero();
        replica.settle(2);
        for (int record = 0; record < 10; record++) {
            replica.record(2 + record, key("large-" + record), new byte[LARGE_BYTES]);
        }
        assertThat(replica.unsettledRecords()).isEqualTo(10);
        replica.record(12, ProgressCodec.progressKey(), progress(Incarnation.FIRST, 2));
        replica.settle(14);
        assertThat(replica.unsettledRecords()).isZero();
        checkpoint(replica, 14, "2", 3);
        assertThat(replica.unsettledRecords()).isZero();
        replica.close();
    }

    /** A slot that was taken over does not wait for the disk: the rest gets there with its first checkpoint, and is read again when there is none. */
    @Test
    void theRestOfACompletedOneIsWrittenByItsFirstCheckpoint() {
        Replica replica = open(Incarnation.FIRST);
        checkpoint(replica, 0, "1", 1);
        replica.settle(3);
        checkpoint(replica, 3, "2", 2);
        SlotStore store = replica.complete(6, SlotAssigned.UNKNOWN, allowance).store();
        assertThat(read(store)).isEqualTo("2");
        store.close();
        Replica again = open(Incarnation.FIRST);
        assertThat(again.position()).isEqualTo(3);
        checkpoint(again, 3, "2", 2);
        SlotStore completed = again.complete(6, SlotAssigned.UNKNOWN, allowance).store();
        completed.commit(completed.freeze(), progress(Incarnation.FIRST, 3), 8);
        completed.close();
        Replica last = open(Incarnation.FIRST);
        assertThat(last.position()).isEqualTo(8);
        try (SlotStore kept = last.complete(8, SlotAssigned.UNKNOWN, allowance).store()) {
            assertThat(read(kept)).isEqualTo("2");
        }
    }

    /** More than fits into one batch is written as it comes, and counts as nothing until it is whole. */
    @Test
    void aLargeCopyThatWasCutOffBeginsAnew() {
        Replica replica = open(Incarnation.FIRST);
        for (int i = 0; i < 20; i++) {
            replica.record(i, key("k" + i), new byte[LARGE_BYTES]);
        }
        replica.close();
        Replica again = open(Incarnation.FIRST);
        assertThat(again.position()).isZero();
        for (int i = 0; i < 20; i++) {
            again.record(i, key("k" + i), new byte[LARGE_BYTES]);
        }
        again.record(20, ProgressCodec.progressKey(), progress(Incarnation.FIRST, 1));
        again.settle(22);
        again.close();
        Replica third = open(Incarnation.FIRST);
        assertThat(third.position()).isEqualTo(22);
        third.close();
    }

    /** Taken over in the middle of the first copy: what is there is kept, and the rest added. */
    @Test
    void aLargeCopyIsCompleted() {
        Replica replica = open(Incarnation.FIRST);
        for (int i = 0; i < 20; i++) {
            replica.record(i, key("k" + i), new byte[LARGE_BYTES]);
        }
        checkpoint(replica, 20, "1", 1);
        try (SlotStore store =
                replica.complete(23, SlotAssigned.UNKNOWN, allowance).store()) {
            assertThat(read(store)).isEqualTo("1");
            assertThat(store.table(0, "balances").get("k19".getBytes(UTF_8))).hasSize(LARGE_BYTES);
        }
    }

    /** Who has lost the slot and does not know it may have followed the next owner. */
    @Test
    void whatWasCommittedBehindTheEndThatWasToldIsNotTheFormerOwners() {
        Replica replica = open(Incarnation.FIRST);
        checkpoint(replica, 0, "1", 1);
        assertThat(completed(replica, 2, 2)).isTrue();
        Replica further = open(Incarnation.FIRST);
        checkpoint(further, 2, "2", 2);
        assertThat(completed(further, 4, 2)).isFalse();
        assertThat(completed(open(Incarnation.FIRST), 4, SlotAssigned.UNKNOWN)).isFalse();
    }

    private boolean completed(Replica replica, long next, long changelogEnd) {
        RestoredState restored = replica.complete(next, changelogEnd, allowance);
        restored.store().close();
        return restored.formerOwners();
    }

    @Test
    void whatKafkaSinksHavePublishedIsKept() {
        Replica replica = open(Incarnation.FIRST);
        checkpoint(replica, 0, "1", 1);
        replica.record(3, ProgressCodec.publishedKey(2), ProgressCodec.encodePublished(Incarnation.FIRST, 17));
        replica.settle(5);
        replica.close();
        RestoredState restored = open(Incarnation.FIRST).complete(5, SlotAssigned.UNKNOWN, allowance);
        assertThat(restored.publishedOf(2)).isEqualTo(17);
        restored.store().close();
    }

    @Test
    void recordsOfAFormerRunAreOfNoUse() {
        Replica former = open(Incarnation.FIRST);
        checkpoint(former, 0, "1", 1);
        former.settle(3);
        former.close();
        Incarnation second = Incarnation.FIRST.next();
        Replica replica = open(second);
        assertThat(replica.position()).isZero();
        checkpoint(replica, 0, "1", 1);
        assertThat(replica.begun()).isFalse();
        assertThat(replica.checkpoint()).isEqualTo(SlotStatus.NONE);
        replica.settle(3);
        replica.record(3, ProgressCodec.beginKey(), ProgressCodec.encodeBegin(second));
        assertThat(replica.begun()).isTrue();
        replica.settle(5);
        RestoredState restored = replica.complete(5, SlotAssigned.UNKNOWN, allowance);
        assertThat(restored.progress().checkpoint()).isZero();
        assertThat(read(restored.store())).isEqualTo("nothing");
        restored.store().close();
    }

    @Test
    void endsWhenALaterRunBegins() {
        Replica replica = open(Incarnation.FIRST);
        byte[] begin = ProgressCodec.encodeBegin(Incarnation.FIRST.next());
        assertThatThrownBy(() -> replica.record(0, ProgressCodec.beginKey(), begin))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.kind()).isEqualTo(LogException.Kind.FENCED));
        replica.close();
    }
}
