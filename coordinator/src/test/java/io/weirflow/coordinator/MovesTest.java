package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.fleet.FleetRecord.FollowerReport;
import io.weirflow.protocol.fleet.FleetRecord.WorkerHeartbeat;
import io.weirflow.protocol.fleet.FleetRecord.WorkerLeft;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.fleet.SlotStatus.Released;
import io.weirflow.protocol.fleet.SlotStatus.Running;
import io.weirflow.protocol.fleet.WorkerScope;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.log.LogPartition;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Live moves and standbys (rule R11). */
final class MovesTest {

    private static final WorkerId A = new WorkerId("a", 1);
    private static final WorkerId B = new WorkerId("b", 1);
    private static final WorkerId C = new WorkerId("c", 1);
    private static final Running RUNNING = new Running(0, 0, Long.MIN_VALUE);

    private Scenario s = new Scenario();

    /** One worker has everything, and another has come a while ago. */
    private void startAndJoin(int slots) {
        s.beats(A).step();
        s.submit(Plans.twoStages("p", slots));
        s.step();
        s.statusOfAll(RUNNING);
        s.run(1_000);
        s.trace();
        s.beats(B).run(2_500);
    }

    /** Three workers, one slot of each stage on each of them, one standby for each slot of stage 1. */
    private void startWithStandbys() {
        s.beats(A, B, C).step();
        s.submit(Plans.withStandbys(Plans.twoStages("p", 3), 1));
        s.step();
        s.statusOfAll(RUNNING);
        s.run(3_000);
        s.followersCatchUp();
        s.step();
        s.trace();
    }

    private List<String> trace() {
        return s.trace().stream()
                .filter(line -> !line.startsWith("checkpoint/"))
                .toList();
    }

    private void lag(WorkerId worker, int stage, int partition, long records) {
        String instance = s.agent.view().pipeline("p").orElseThrow().instance();
        s.report(new FollowerReport(worker, new SlotId("p", stage, partition), instance, 1, records));
    }

    private List<String> followers(int stage, int partition) {
        return s.slot(stage, partition).followers().stream()
                .map(ControlView.FollowerView::worker)
                .toList();
    }

    @Test
    void aSlotGoesOnUntilTheNextOwnerHasItsStateAtHand() {
        startAndJoin(2);
        assertThat(trace()).containsExactly("follow p/0/1 [b]", "follow p/1/1 [b]");
        s.run(60_000);
        lag(B, 1, 1, SlotStatus.NONE);
        s.step();
        lag(B, 1, 1, 1_000_000);
        s.step();
        assertThat(trace()).isEmpty();
        lag(B, 1, 1, 100);
        s.step();
        assertThat(trace()).containsExactly("revoke p/1/1 a#1 e2");
        s.run(1_000);
        assertThat(followers(1, 1)).as("until it is the owner").containsExactly("b");
        s.status(1, 1, new Released());
        s.step();
        assertThat(trace()).containsExactly("assign p/1/1 b#1 e3", "follow p/1/1 []");
    }

    @Test
    void theNextOwnerIsToldWhereTheChangelogEnds() {
        startAndJoin(2);
        s.followersCatchUp();
        s.step();
        s.status(1, 1, new Released(42));
        s.step();
        assertThat(assignedEnd(B)).isEqualTo(42);
    }

    /** Others write to the changelog of another run: who restores a savepoint, for instance. */
    @Test
    void whereAFormerRunHasEndedIsNotTold() {
        startAndJoin(2);
        s.followersCatchUp();
        s.step();
        assertThat(trace()).contains("revoke p/1/1 a#1 e2");
        s.ask(s.agent.stop("p", true));
        s.step();
        s.statusOfAll(new Released(42));
        s.step();
        s.ask(s.agent.delete("p"));
        s.step();
        s.submit(Plans.twoStages("p", 2));
        s.run(5_000);
        assertThat(s.cluster.log)
                .filteredOn(SlotAssigned.class::isInstance)
                .map(SlotAssigned.class::cast)
                .extracting(SlotAssigned::changelogEnd)
                .containsOnly(SlotAssigned.UNKNOWN);
    }

    private long assignedEnd(WorkerId worker) {
        return s.cluster.log.stream()
                .filter(SlotAssigned.class::isInstance)
                .map(SlotAssigned.class::cast)
                .filter(one -> !one.revoked() && one.worker().equals(worker))
                .findFirst()
                .orElseThrow()
                .changelogEnd();
    }

    @Test
    void oneSlotOfAStageIsSilentAtATime() {
        startAndJoin(4);
        s.followersCatchUp();
        s.step();
        assertThat(trace())
                .contains("revoke p/0/2 a#1 e2", "revoke p/1/2 a#1 e2")
                .doesNotContain("revoke p/0/3 a#1 e2", "revoke p/1/3 a#1 e2");
        s.status(1, 2, new Released());
        s.step();
        assertThat(trace()).contains("assign p/1/2 b#1 e3");
        s.run(1_000);
        assertThat(trace()).as("it is not open yet").isEmpty();
        s.status(1, 2, RUNNING);
        s.step();
        s.followersCatchUp();
        s.step();
        assertThat(trace()).containsExactly("follow p/1/3 [b]", "revoke p/1/3 a#1 e2");
    }

    /** It reads one changelog after the other anyway. */
    @Test
    void aWorkerGetsReadyForOneSlotOfAStageAtATime() {
        startAndJoin(4);
        assertThat(trace()).containsExactly("follow p/0/2 [b]", "follow p/1/2 [b]");
        s.beats(C).run(2_500);
        assertThat(trace()).as("others do not wait for it").contains("follow p/1/3 [c]");
    }

    private static final long INTERVAL_MS = 2_000;

    @Test
    void theNextSlotOfAStageIsSilentOnlyAWhileAfterTheOneBefore() {
        s = new Scenario(Scenario.policy(INTERVAL_MS));
        startAndJoin(4);
        s.followersCatchUp();
        s.step();
        assertThat(trace()).contains("revoke p/1/2 a#1 e2");
        s.status(1, 2, new Released());
        s.step();
        s.status(1, 2, RUNNING);
        s.step();
        assertThat(trace()).contains("assign p/1/2 b#1 e3", "follow p/1/3 [b]");
        s.followersCatchUp();
        s.run(INTERVAL_MS);
        assertThat(trace()).isEmpty();
        s.step();
        assertThat(trace()).containsExactly("revoke p/1/3 a#1 e2");
    }

    @Test
    void whoLeavesIsNotKeptWaiting() {
        s = new Scenario(Scenario.policy(INTERVAL_MS));
        startAndJoin(4);
        s.followersCatchUp();
        s.step();
        s.status(1, 2, new Released());
        s.step();
        s.status(1, 2, RUNNING);
        s.step();
        s.followersCatchUp();
        s.step();
        assertThat(trace()).doesNotContain("revoke p/1/3 a#1 e2");
        s.beating.remove(A);
        s.report(new WorkerHeartbeat(A, 99, WorkerScope.NONE));
        s.step();
        assertThat(trace()).contains("revoke p/1/3 a#1 e2");
    }

    @Test
    void slotsThatAreASmallPartOfTheirStageMoveMoreOften() {
        Policy policy = Scenario.policy(INTERVAL_MS);
        assertThat(policy.moveIntervalMs(1)).isEqualTo(INTERVAL_MS);
        assertThat(policy.moveIntervalMs(16)).isEqualTo(INTERVAL_MS);
        assertThat(policy.moveIntervalMs(64)).isEqualTo(INTERVAL_MS / 4);
    }

    @Test
    void oneThatDoesNotOpenDoesNotKeepTheOthersForEver() {
        startAndJoin(4);
        s.followersCatchUp();
        s.step();
        s.status(1, 2, new Released());
        s.step();
        trace();
        s.run(11_000);
        s.followersCatchUp();
        s.step();
        assertThat(trace()).contains("revoke p/1/3 a#1 e2");
    }

    /** Its slots move as in a scaling, without waiting until nobody comes or goes; and it stands by for nothing. */
    @Test
    void aWorkerThatLeavesHandsItsSlotsOver() {
        startWithStandbys();
        s.beating.remove(A);
        s.report(new WorkerHeartbeat(A, 99, WorkerScope.NONE));
        s.step();
        assertThat(trace())
                .contains("revoke p/1/0 a#1 e2")
                .doesNotContain("revoke p/1/1 b#1 e2", "revoke p/1/2 c#1 e2");
        s.status(1, 0, new Released());
        s.step();
        assertThat(s.owner(1, 0)).isNotEqualTo(A);
    }

    @Test
    void aWorkerThatLeavesAloneKeepsItsSlots() {
        s.beats(A).step();
        s.submit(Plans.twoStages("p", 2));
        s.step();
        s.statusOfAll(RUNNING);
        s.trace();
        s.beating.remove(A);
        s.report(new WorkerHeartbeat(A, 99, WorkerScope.NONE));
        s.step();
        assertThat(trace()).isEmpty();
    }

    /** What a worker said when it followed the slot before is not true any more. */
    @Test
    void oldReportsOfFollowersDoNotCount() {
        startAndJoin(2);
        lag(B, 1, 1, 0);
        s.beating.remove(B);
        s.report(new WorkerLeft(B));
        s.step();
        s.run(3_000);
        assertThat(followers(1, 1)).isEmpty();
        s.trace();
        s.beats(new WorkerId("b", 2)).run(3_000);
        assertThat(trace()).containsExactly("follow p/0/1 [b]", "follow p/1/1 [b]");
    }

    @Test
    void aNewLeaderGoesOnWithAMove() {
        startAndJoin(2);
        s.restart("c2");
        s.trace();
        s.run(3_000);
        assertThat(trace()).as("what was decided stays").isEmpty();
        s.statusOfAll(RUNNING);
        s.followersCatchUp();
        s.step();
        assertThat(trace()).contains("revoke p/1/1 a#1 e2");
    }

    @Test
    void standbysAreOtherWorkersAndAreSpread() {
        startWithStandbys();
        for (int partition = 0; partition < 3; partition++) {
            assertThat(followers(1, partition))
                    .hasSize(1)
                    .doesNotContain(s.owner(1, partition).name());
            assertThat(followers(0, partition)).isEmpty();
        }
        assertThat(Set.copyOf(List.of(followers(1, 0), followers(1, 1), followers(1, 2))))
                .hasSize(3);
        assertThat(s.agent.view().pipeline("p").orElseThrow().stages().get(1).standbys())
                .isEqualTo(1);
    }

    /** A copy of everything is not given up for another. */
    @Test
    void standbysStayWhileSlotsMove() {
        startWithStandbys();
        List<List<String>> before = List.of(followers(1, 0), followers(1, 1), followers(1, 2));
        s.ask(s.agent.scale("p", "out", 1));
        s.run(500);
        assertThat(trace()).anyMatch(line -> line.startsWith("revoke p/1/"));
        for (int partition = 0; partition < 3; partition++) {
            assertThat(followers(1, partition)).containsAll(before.get(partition));
        }
    }

    @Test
    void aDeadOwnersSlotGoesToItsStandby() {
        startWithStandbys();
        WorkerId owner = s.owner(1, 1);
        String standby = followers(1, 1).get(0);
        s.beating.remove(owner);
        s.run(3_200);
        assertThat(s.owner(1, 1).name()).isEqualTo(standby);
        assertThat(trace()).contains("revoke p/1/1 " + owner + " e2", "fence p " + owner.name());
        s.run(3_000);
        assertThat(followers(1, 1))
                .as("the one that is left stands by now")
                .hasSize(1)
                .doesNotContain(owner.name(), standby);
    }

    /** So a standby that has followed to there need not look. */
    @Test
    void whereTheChangelogOfAFencedOwnerEndsIsSaid() {
        startWithStandbys();
        WorkerId owner = s.owner(1, 1);
        s.cluster.ends.put(new LogPartition("p.out.changelog", 1), 42L);
        s.beating.remove(owner);
        s.run(3_200);
        assertThat(lastAssignment(1, 1).changelogEnd()).isEqualTo(42);
        assertThat(lastAssignment(0, 1).changelogEnd())
                .as("of which the cluster says nothing")
                .isEqualTo(SlotAssigned.UNKNOWN);
    }

    private SlotAssigned lastAssignment(int stage, int partition) {
        SlotId slot = new SlotId("p", stage, partition);
        return s.cluster.log.stream()
                .filter(one ->
                        one instanceof SlotAssigned assigned && assigned.slot().equals(slot) && !assigned.revoked())
                .map(SlotAssigned.class::cast)
                .reduce((before, last) -> last)
                .orElseThrow();
    }

    @Test
    void theStandbyThatIsClosestTakesOver() {
        s.beats(A, B, C).step();
        s.submit(Plans.withStandbys(Plans.twoStages("p", 1), 2));
        s.step();
        s.statusOfAll(RUNNING);
        s.run(3_000);
        WorkerId owner = s.owner(1, 0);
        List<WorkerId> standbys =
                List.of(A, B, C).stream().filter(one -> !one.equals(owner)).toList();
        lag(standbys.get(0), 1, 0, 500);
        lag(standbys.get(1), 1, 0, 3);
        s.step();
        s.beating.remove(owner);
        s.run(3_200);
        assertThat(s.owner(1, 0)).isEqualTo(standbys.get(1));
    }

    /** A worker that is away for a moment does not cost a copy of everything elsewhere. */
    @Test
    void standbysStayWhileWorkersComeAndGo() {
        startWithStandbys();
        s.beats(new WorkerId("d", 1)).run(1_000);
        assertThat(trace()).isEmpty();
    }

    @Test
    void theNumberOfStandbysChangesWhileThePipelineRuns() {
        startWithStandbys();
        CompletableFuture<Admission> answer = s.agent.submit(Plans.withStandbys(Plans.twoStages("p", 3), 2), "/base");
        s.step();
        assertThat(answer.join()).isInstanceOf(Admission.Accepted.class);
        s.run(3_000);
        assertThat(followers(1, 0)).hasSize(2);
        assertThat(s.count(PipelineAdmitted.class)).isEqualTo(2);
        s.submit(Plans.twoStages("p", 3));
        s.run(500);
        assertThat(followers(1, 0)).isEmpty();
    }

    @Test
    void aScaledStageKeepsItsStandbysElsewhere() {
        s.beats(A, B, C).step();
        s.submit(Plans.withStandbys(Plans.twoStages("p", 4), 1));
        s.step();
        s.ask(s.agent.scale("p", "out", 1));
        for (int i = 0; i < 40; i++) {
            s.followersCatchUp();
            for (int partition = 0; partition < 4; partition++) {
                s.status(1, partition, s.slot(1, partition).revoked() ? new Released() : RUNNING);
                s.status(0, partition, RUNNING);
            }
            s.run(500);
        }
        WorkerId only = s.owner(1, 0);
        for (int partition = 0; partition < 4; partition++) {
            assertThat(s.owner(1, partition)).isEqualTo(only);
            assertThat(followers(1, partition)).hasSize(1).doesNotContain(only.name());
        }
    }
}
