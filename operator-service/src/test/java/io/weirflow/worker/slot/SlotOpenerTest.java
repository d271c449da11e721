package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.testkit.log.MemoryInboxReader;
import io.weirflow.worker.sink.CommitRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rule R7 when a slot is opened: whose it is, is asked after the lease was taken, and before anything is read. */
final class SlotOpenerTest {

    private static final SlotId ID = new SlotId(SimPlan.NAME, 0, 0);

    private final SlotWorld world = new SlotWorld(1, 0, Doubles.NONE).still();
    private final Map<SlotId, SimDisk> disks = new HashMap<>();
    private final SimWorker worker = new SimWorker(world, "w9", disks);
    private final List<LogPartition> changelogsRead = new ArrayList<>();
    private final SlotEnvironment environment = noting(worker.environment());
    private final SlotOpener opener = new SlotOpener(environment);
    private final List<Long> asked = new ArrayList<>();

    /** Notes which changelogs are read. */
    private SlotEnvironment noting(SlotEnvironment any) {
        return new SlotEnvironment(
                any.pipeline(),
                any.former(),
                any.instance(),
                any.incarnation(),
                any.baseDir(),
                any.kafka(),
                any.connectors(),
                any.secrets(),
                any.compiler(),
                any.operators(),
                any.states(),
                any.restored(),
                any.committer(),
                any.sinks(),
                any.destinations(),
                any.sender(),
                (changelog, from, handler) -> {
                    changelogsRead.add(changelog);
                    return any.changelogs().read(changelog, from, handler);
                },
                any.settings(),
                any.receivers(),
                any.inboxStart());
    }

    @Test
    void aSlotOfAnotherIsNotRead() {
        assertThatThrownBy(() -> opener.open(ID, PoisonedRows.NONE, new SlotMetrics(), new SilentListener(), term -> {
                    throw new LogException(LogException.Kind.FENCED, "the slot has gone", null);
                }))
                .hasMessage("the slot has gone");
        assertThat(changelogsRead).isEmpty();
    }

    /** What is found out under one lease does not hold for the next, which may have been taken after a fence. */
    @Test
    void aLeaseThatIsLostWhileItIsAskedForIsAskedForAgain() {
        opener.open(ID, PoisonedRows.NONE, new SlotMetrics(), new SilentListener(), asked::add)
                .close();
        world.log.fence(worker.lease());
        Refusable waiting = new Refusable(asked.get(0), changelogsRead.get(0));
        worker.environment().committer().submit(waiting);

        opener.open(ID, PoisonedRows.NONE, new SlotMetrics(), new SilentListener(), asked::add)
                .close();

        assertThat(waiting.failed).isTrue();
        assertThat(asked).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aSlotThatIsRefusedCanBeOpenedLater() {
        assertThatThrownBy(() -> opener.open(ID, PoisonedRows.NONE, new SlotMetrics(), new SilentListener(), term -> {
                    throw new LogException(LogException.Kind.FENCED, "the slot has gone", null);
                }))
                .isInstanceOf(LogException.class);
        opener.open(ID, PoisonedRows.NONE, new SlotMetrics(), new SilentListener(), asked::add)
                .close();
        opener.open(ID, PoisonedRows.NONE, new SlotMetrics(), new SilentListener(), asked::add)
                .close();
        assertThat(asked).hasSize(2);
    }

    @Test
    void stateThatIsFoundDamagedAtWorkIsRemovedBeforeTheSlotIsOpenedAgain() {
        Slot slot = opener.open(ID, PoisonedRows.NONE, new SlotMetrics(), new SilentListener(), asked::add);
        SimDisk damaged = disks.get(ID);
        damaged.damage();
        slot.requestCheckpoint();
        run(slot);
        assertThat(disks.get(ID)).isNotSameAs(damaged);
        opener.open(ID, PoisonedRows.NONE, new SlotMetrics(), new SilentListener(), asked::add)
                .close();
    }

    /** One that has nothing to do for long takes no checkpoint that would say it. */
    @Test
    void aSlotSaysWhichVersionOfItsStageItRunsWhenItBegins() {
        SlotEnvironment upgraded = upgraded();
        List<Integer> versions = new ArrayList<>();
        SlotListener listener = new SilentListener() {
            @Override
            public void started(long checkpoint, long nextPosition, long watermarkMs, int stageVersion) {
                versions.add(stageVersion);
            }
        };
        Slot slot = new SlotOpener(upgraded).open(ID, PoisonedRows.NONE, new SlotMetrics(), listener, asked::add);
        slot.start(new MemoryInboxReader(world.log), () -> {});
        assertThat(versions).containsExactly(2);
        slot.close();
    }

    private SlotEnvironment upgraded() {
        return environment.with(
                environment.pipeline().withStage(environment.pipeline().stage(0).withVersion(2)),
                List.of(environment.pipeline().stage(0)),
                environment.baseDir());
    }

    /** Runs a slot of the first version until it stands at the cut to the second. */
    private Replica cut() {
        List<Replica> left = new ArrayList<>();
        SlotListener listener = new SilentListener() {
            @Override
            public void upgraded(Replica state) {
                left.add(state);
            }
        };
        Slot slot = opener.open(ID, PoisonedRows.NONE, new SlotMetrics(), listener, asked::add);
        slot.requestUpgrade(2);
        run(slot);
        changelogsRead.clear();
        return left.get(0);
    }

    private Slot openWith(Replica left) {
        return openWith(left, SlotAssigned.UNKNOWN);
    }

    private Slot openWith(Replica atHand, long changelogEnd) {
        return new SlotOpener(upgraded())
                .open(
                        ID,
                        PoisonedRows.NONE,
                        new SlotMetrics(),
                        new SilentListener(),
                        asked::add,
                        () -> Optional.of(atHand),
                        changelogEnd);
    }

    /** Runs a slot until it is let go, and returns where its changelog ends by what it says. */
    private long release() {
        List<Long> ends = new ArrayList<>();
        SlotListener listener = new SilentListener() {
            @Override
            public void letGo(boolean caughtUp, long changelogEnd) {
                ends.add(changelogEnd);
            }
        };
        Slot slot = opener.open(ID, PoisonedRows.NONE, new SlotMetrics(), listener, asked::add);
        slot.requestRelease();
        run(slot);
        changelogsRead.clear();
        return ends.get(0);
    }

    private void run(Slot slot) {
        for (long nowMs = 1; nowMs < 1_000 && !slot.closed(); nowMs++) {
            slot.doWork(nowMs);
            worker.deliver();
            worker.answer();
            worker.driveCommitter();
        }
        assertThat(slot.closed()).isTrue();
    }

    /** The slot is silent meanwhile. */
    @Test
    void stateThatReachesTheEndThatTheFormerOwnerToldIsNotCompletedFromTheChangelog() {
        long end = release();
        Replica atHand = opener.openReplica(ID);
        assertThat(atHand.position()).isEqualTo(end);
        openWith(atHand, end).close();
        assertThat(changelogsRead).isEmpty();
    }

    @Test
    void stateThatDoesNotReachThatEndIs() {
        long end = release();
        openWith(opener.openReplica(ID), end + 1).close();
        assertThat(changelogsRead).hasSize(1);
    }

    /** It makes the same of them as the one who has died may have. */
    @Test
    void aSlotWhoseOwnerHasDiedTakesRecordsBeforeItsClaimIsCommitted() {
        long end = die();
        Slot slot = openWith(opener.openReplica(ID), end);
        slot.start(new MemoryInboxReader(world.log), () -> {});
        slot.doWork(1);
        assertThat(slot.metrics().position()).isPositive();
        assertThat(world.log.end(changelog())).as("nothing is committed").isEqualTo(end);
        worker.driveCommitter();
        assertThat(world.log.end(changelog())).isGreaterThan(end);
    }

    /** Else that might be progress of an owner that this worker does not know of. */
    @Test
    void whereTheEndIsNotToldItsClaimIsCommittedFirst() {
        long end = die();
        openWith(opener.openReplica(ID)).close();
        assertThat(world.log.end(changelog())).isGreaterThan(end);
    }

    /** Somebody else may open it from then on. */
    @Test
    void ofASlotThatIsClosedBeforeItRunsNothingIsCommittedAfterwards() {
        long end = die();
        openWith(opener.openReplica(ID), end).close();
        long closed = world.log.end(changelog());
        worker.driveCommitter();
        assertThat(world.log.end(changelog())).isEqualTo(closed);
    }

    /** Runs a slot until it has committed how far it may come, closes it, and returns where its changelog ends. */
    private long die() {
        Slot slot = opener.open(ID, PoisonedRows.NONE, new SlotMetrics(), new SilentListener(), asked::add);
        slot.close();
        changelogsRead.clear();
        return world.log.end(changelog());
    }

    private LogPartition changelog() {
        String uid = environment.pipeline().stage(ID.stage()).uid();
        return new LogPartition(Names.changelogTopic(SimPlan.NAME, uid), ID.partition());
    }

    /** It is silent meanwhile, and nobody can have committed anything since. */
    @Test
    void aSlotThatStoodAtItsCutGoesOnWithWhatItHas() {
        Replica left = cut();
        long checkpoint = left.checkpoint();
        Slot slot = openWith(left);
        assertThat(changelogsRead).isEmpty();
        assertThat(slot.metrics().checkpoint()).isEqualTo(checkpoint);
        slot.close();
        openWith(opener.openReplica(ID)).close();
    }

    /** Perhaps the lease was fenced meanwhile. */
    @Test
    void underALaterTermOfTheLeaseItReadsTheChangelogAgain() {
        Replica left = cut();
        world.log.fence(worker.lease());
        worker.environment().committer().submit(new Refusable(asked.get(0), left.changelog()));
        openWith(left).close();
        assertThat(changelogsRead).hasSize(1);
        openWith(opener.openReplica(ID)).close();
    }

    @Test
    void whatASlotLeftOpenAtItsCutIsClosedWhenItIsRefused() {
        Replica left = cut();
        assertThatThrownBy(() -> new SlotOpener(upgraded())
                        .open(
                                ID,
                                PoisonedRows.NONE,
                                new SlotMetrics(),
                                new SilentListener(),
                                term -> {
                                    throw new LogException(LogException.Kind.FENCED, "the slot has gone", null);
                                },
                                () -> Optional.of(left),
                                SlotAssigned.UNKNOWN))
                .isInstanceOf(LogException.class);
        openWith(opener.openReplica(ID)).close();
    }

    /** By the settings of the simulation it comes after 200 ms, and so before the end of the source, which takes one of its own. */
    @Test
    void theFirstCheckpointAfterAnOpeningDoesNotWaitToBeAskedFor() {
        assertThat(firstCheckpoint(199).finished()).isTrue();
        assertThat(firstCheckpoint(250).finished()).isFalse();
    }

    /** Opens the slot, and runs it at 1 ms and then at another time until it has a checkpoint. */
    private Progress firstCheckpoint(long thenMs) {
        List<Progress> taken = new ArrayList<>();
        SlotListener listener = new SilentListener() {
            @Override
            public void checkpointed(Progress progress) {
                taken.add(progress);
            }
        };
        disks.clear();
        SimWorker fresh = new SimWorker(new SlotWorld(1, 0, Doubles.NONE).still(), "w8", disks);
        Slot slot = new SlotOpener(fresh.environment())
                .open(ID, PoisonedRows.NONE, new SlotMetrics(), listener, asked::add);
        long nowMs = 1;
        for (int cycle = 0; cycle < 1_000 && taken.isEmpty(); cycle++) {
            slot.doWork(nowMs);
            fresh.deliver();
            fresh.answer();
            fresh.driveCommitter();
            nowMs = thenMs;
        }
        slot.close();
        return taken.get(0);
    }

    /** A commit that is under way when the lease is fenced. */
    private static final class Refusable implements CommitRequest {
        private final long term;
        private final LogPartition changelog;
        private boolean failed;

        Refusable(long term, LogPartition changelog) {
            this.term = term;
            this.changelog = changelog;
        }

        @Override
        public LogPartition changelog() {
            return changelog;
        }

        @Override
        public long term() {
            return term;
        }

        @Override
        public List<LogRecord> records() {
            return List.of(new LogRecord(SimPlan.OUT_TOPIC, 0, null, new byte[] {1}));
        }

        @Override
        public long sizeBytes() {
            return 1;
        }

        @Override
        public void committed(Map<LogPartition, Long> nextOffsets) {
            throw new AssertionError("committed under a lease that was fenced");
        }

        @Override
        public void failed(LogException problem) {
            failed = true;
        }
    }
}
