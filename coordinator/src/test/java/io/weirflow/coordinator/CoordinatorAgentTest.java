package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.coordinator.Admission.Accepted;
import io.weirflow.coordinator.Admission.Refused;
import io.weirflow.coordinator.Admission.Start;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.protocol.control.ControlRecord.CheckpointTriggered;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.FleetRecord.SlotReport;
import io.weirflow.protocol.fleet.FleetRecord.WorkerLeft;
import io.weirflow.protocol.fleet.SlotStatus.Failed;
import io.weirflow.protocol.fleet.SlotStatus.Finished;
import io.weirflow.protocol.fleet.SlotStatus.Released;
import io.weirflow.protocol.fleet.SlotStatus.Running;
import io.weirflow.protocol.fleet.SlotStatus.SenderBroken;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class CoordinatorAgentTest {

    private static final WorkerId A = new WorkerId("a", 1);
    private static final WorkerId B = new WorkerId("b", 1);
    private static final Running RUNNING = new Running(0, 0, Long.MIN_VALUE);

    private final Scenario s = new Scenario();

    /** Two workers, one pipeline of two stages with two slots each, all running. */
    private void start() {
        s.beats(A, B).step();
        s.submit(Plans.twoStages("p", 2));
        s.step();
        s.statusOfAll(RUNNING);
        s.run(100);
        s.trace();
    }

    private static List<String> withoutCheckpoints(List<String> trace) {
        return trace.stream().filter(line -> !line.startsWith("checkpoint/")).toList();
    }

    @Test
    void aSubmittedPipelineGetsTopicsThenRunsAndItsSlotsAreSpread() {
        s.beats(A, B).step();
        Admission admission = s.submit(Plans.twoStages("p", 2));
        assertThat(admission).isEqualTo(new Accepted("p", "run-1", Incarnation.FIRST, Start.NEW));
        s.step();
        assertThat(s.cluster.topics).containsExactly("create p");
        assertThat(s.trace())
                .containsExactly(
                        "leader c1 1",
                        "pipeline/p",
                        "p RUNNING",
                        "assign p/0/0 a#1 e1",
                        "assign p/0/1 b#1 e1",
                        "assign p/1/0 a#1 e1",
                        "assign p/1/1 b#1 e1");
    }

    @Test
    void theFirstAssignmentWaitsForTheExpectedWorkersButNotForever() {
        Scenario two = new Scenario(Scenario.POLICY.withExpectedWorkers(2));
        two.beats(A).step();
        two.submit(Plans.twoStages("p", 2));
        two.run(1_000);
        assertThat(two.slot(0, 0).owner()).isEmpty();
        two.beats(B).run(100);
        assertThat(two.owner(0, 1)).isEqualTo(B);

        Scenario alone = new Scenario(Scenario.POLICY.withExpectedWorkers(2));
        alone.beats(A).step();
        alone.submit(Plans.twoStages("p", 2));
        alone.run(3_200);
        assertThat(alone.owner(0, 1)).isEqualTo(A);
    }

    @Test
    void theSlotsOfADeadWorkerAreRevokedThenFencedThenAssigned() {
        start();
        s.beating.remove(B);
        s.run(2_800);
        assertThat(withoutCheckpoints(s.trace())).isEmpty();
        s.run(400);
        assertThat(withoutCheckpoints(s.trace()))
                .containsExactly(
                        "revoke p/0/1 b#1 e2",
                        "revoke p/1/1 b#1 e2",
                        "fence p b",
                        "assign p/0/1 a#1 e3",
                        "assign p/1/1 a#1 e3");
    }

    @Test
    void aWorkerThatLeftIsReplacedAtOnceWithoutAFenceForWhatItReleased() {
        start();
        s.beating.remove(B);
        s.status(0, 1, new Released());
        s.status(1, 1, new Released());
        s.report(new WorkerLeft(B));
        s.step();
        assertThat(withoutCheckpoints(s.trace())).containsExactly("assign p/0/1 a#1 e2", "assign p/1/1 a#1 e2");
    }

    @Test
    void aLaterLifeOfAWorkerTakesItsSlotsAtOnceWithoutAFence() {
        start();
        s.beating.remove(B);
        s.beats(new WorkerId("b", 2)).step();
        assertThat(withoutCheckpoints(s.trace())).containsExactly("assign p/0/1 b#2 e2", "assign p/1/1 b#2 e2");
    }

    @Test
    void aPauseOfTheCoordinatorIsNotHeldAgainstWorkers() {
        start();
        s.nowMs += 60_000;
        s.run(500);
        assertThat(withoutCheckpoints(s.trace())).isEmpty();
    }

    @Test
    void anOutageOfKafkaIsNotHeldAgainstWorkers() {
        start();
        s.cluster.away = true;
        s.run(20_000);
        s.cluster.away = false;
        s.run(1_000);
        assertThat(withoutCheckpoints(s.trace())).isEmpty();
        assertThat(s.agent.view().role()).isEqualTo(Role.LEADING);
    }

    @Test
    void aFailedSlotIsStartedAgainAfterABackOffThatGrows() {
        start();
        s.status(0, 0, new Failed("boom", true));
        s.run(50);
        assertThat(withoutCheckpoints(s.trace())).isEmpty();
        s.run(100);
        assertThat(withoutCheckpoints(s.trace())).containsExactly("assign p/0/0 a#1 e2");
        s.status(0, 0, new Failed("boom", true));
        s.run(150);
        assertThat(withoutCheckpoints(s.trace())).isEmpty();
        s.run(100);
        assertThat(withoutCheckpoints(s.trace())).containsExactly("assign p/0/0 a#1 e3");
    }

    @Test
    void aReportThatComesTwiceCountsOnce() {
        start();
        for (int i = 0; i < 30; i++) {
            s.status(0, 0, new Failed("boom", true));
        }
        s.step();
        assertThat(s.slot(0, 0).failures()).isEqualTo(1);
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void reportsOfOldEpochsAreIgnored() {
        start();
        s.status(0, 0, new Failed("boom", true));
        s.run(200);
        assertThat(s.slot(0, 0).epoch()).isEqualTo(new LeaseEpoch(2));
        s.report(new SlotReport(A, new SlotId("p", 0, 0), new LeaseEpoch(1), new Failed("old", false)));
        s.report(new SlotReport(B, new SlotId("p", 0, 0), new LeaseEpoch(2), new Failed("not the owner", false)));
        s.step();
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aFailureThatRetryingDoesNotHelpFailsThePipelineAtOnce() {
        start();
        s.status(1, 1, new Failed("the file is gone; bring it back", false));
        s.step();
        assertThat(s.phase()).isEqualTo(Phase.FAILED);
        assertThat(s.reason()).isEqualTo("stage 'out', slot 1: the file is gone; bring it back");
        s.run(5_000);
        assertThat(withoutCheckpoints(s.trace())).containsExactly("p FAILED");
    }

    @Test
    void tooManyFailuresWithoutANewCheckpointFailThePipeline() {
        start();
        for (int failure = 1; failure <= 8; failure++) {
            s.status(0, 0, new Failed("boom", true));
            s.run(1_200);
            assertThat(s.phase()).as("after failure %s", failure).isEqualTo(Phase.RUNNING);
        }
        s.status(0, 0, new Failed("the last straw", true));
        s.step();
        assertThat(s.phase()).isEqualTo(Phase.FAILED);
        assertThat(s.reason()).contains("'events', slot 0 failed 9 times").contains("the last straw");
    }

    @Test
    void aNewCheckpointForgivesFailures() {
        start();
        for (int failure = 1; failure <= 20; failure++) {
            s.status(0, 0, new Failed("boom", true));
            s.run(1_200);
            s.status(0, 0, new Running(failure, 10, 0));
            s.step();
        }
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void theSenderOfAGapIsStartedAgainOnce() {
        start();
        SenderBroken gap = new SenderBroken(new SlotId("p", 0, 0), 5, 7);
        for (int i = 0; i < 10; i++) {
            s.status(1, 1, gap);
            s.run(50);
        }
        assertThat(withoutCheckpoints(s.trace())).containsExactly("assign p/0/0 a#1 e2");
        assertThat(s.slot(1, 1).epoch()).as("the receiver goes on").isEqualTo(new LeaseEpoch(1));
        s.run(1_000);
        s.status(1, 1, gap);
        s.run(100);
        assertThat(withoutCheckpoints(s.trace())).as("a gap that stays").containsExactly("assign p/0/0 a#1 e3");
    }

    @Test
    void aBoundedPipelineCompletesItsSinksAndFinishes() {
        start();
        s.statusOfAll(new Finished(3, 100));
        s.step();
        assertThat(s.phase()).isEqualTo(Phase.COMPLETING);
        s.run(2_000);
        assertThat(s.phase()).isEqualTo(Phase.COMPLETING);
        s.sinksCompleted(A);
        s.step();
        assertThat(s.phase()).isEqualTo(Phase.FINISHED);
        assertThat(s.phases).containsExactly(Phase.RUNNING, Phase.COMPLETING, Phase.FINISHED);
    }

    @Test
    void aWorkerThatDiesWhileCompletingIsReplaced() {
        start();
        s.statusOfAll(new Finished(3, 100));
        s.step();
        s.beating.remove(A);
        s.run(3_200);
        assertThat(s.owner(1, 0)).isEqualTo(B);
        s.sinksCompleted(B);
        s.step();
        assertThat(s.phase()).isEqualTo(Phase.FINISHED);
    }

    @Test
    void checkpointsAreTriggeredWhileSomeSlotRuns() {
        start();
        s.run(5_000);
        assertThat(s.count(CheckpointTriggered.class)).isBetween(4L, 6L);
        s.status(0, 0, new Finished(3, 100));
        s.run(2_000);
        long before = s.count(CheckpointTriggered.class);
        assertThat(before).isGreaterThan(6);
        s.statusOfAll(new Finished(4, 100));
        s.run(5_000);
        assertThat(s.count(CheckpointTriggered.class)).isEqualTo(before);
    }

    @Test
    void aNewWorkerGetsItsShareOnceThingsAreQuiet() {
        s.beats(A).step();
        s.submit(Plans.twoStages("p", 2));
        s.step();
        s.statusOfAll(RUNNING);
        s.run(1_000);
        s.trace();
        s.beats(B).run(1_500);
        assertThat(withoutCheckpoints(s.trace())).isEmpty();
        s.run(1_000);
        assertThat(withoutCheckpoints(s.trace())).containsExactly("follow p/0/1 [b]", "follow p/1/1 [b]");
        s.followersCatchUp();
        s.step();
        assertThat(withoutCheckpoints(s.trace())).containsExactly("revoke p/0/1 a#1 e2", "revoke p/1/1 a#1 e2");
        s.status(0, 1, new Released());
        s.run(100);
        assertThat(withoutCheckpoints(s.trace())).containsExactly("assign p/0/1 b#1 e3", "follow p/0/1 []");
        s.run(10_000);
        assertThat(withoutCheckpoints(s.trace()))
                .as("one that does not let go is fenced")
                .containsExactly("fence p a", "assign p/1/1 b#1 e3", "follow p/1/1 []");
    }

    @Test
    void theSamePlanGoesOnAndOneThatCannotTakeOverIsRefused() {
        start();
        assertThat(s.submit(Plans.twoStages("p", 2)))
                .isInstanceOfSatisfying(
                        Accepted.class, accepted -> assertThat(accepted.start()).isEqualTo(Start.RESUMED));
        assertThat(s.cluster.topics).containsExactly("create p", "check p");
        assertThat(s.submit(Plans.twoStages("p", 3)))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.message())
                                .contains("cannot take over its data: stage 'events': it has 2 slots and would have 3")
                                .contains("stop it"));
        assertThat(withoutCheckpoints(s.trace())).isEmpty();
    }

    @Test
    void aFinishedPipelineRunsAnewUnderANewIncarnation() {
        start();
        s.statusOfAll(new Finished(3, 100));
        s.step();
        s.sinksCompleted(A);
        s.step();
        Accepted again = (Accepted) s.submit(Plans.twoStages("p", 2));
        assertThat(again.start()).isEqualTo(Start.NEW);
        assertThat(again.instance()).isEqualTo("run-2");
        assertThat(again.incarnation().number()).isEqualTo(2);
        s.run(100);
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
        assertThat(s.slot(0, 0).epoch()).isEqualTo(new LeaseEpoch(2));
        s.run(1_000);
        assertThat(s.phase())
                .as("the former run's completion is not this one's")
                .isEqualTo(Phase.RUNNING);
    }

    @Test
    void aFailedPipelineIsResumedBySubmittingItAgain() {
        start();
        s.status(1, 1, new Failed("the disk is full", false));
        s.step();
        assertThat(s.phase()).isEqualTo(Phase.FAILED);
        Accepted again = (Accepted) s.submit(Plans.twoStages("p", 2));
        assertThat(again.start()).isEqualTo(Start.RESUMED);
        assertThat(again.instance()).isEqualTo("run-1");
        s.run(1_000);
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
        assertThat(s.slot(1, 1).epoch()).isEqualTo(new LeaseEpoch(2));
        assertThat(s.slot(0, 0).epoch()).isEqualTo(new LeaseEpoch(2));
    }

    @Test
    void aStoppedPipelineStaysStoppedUntilItIsSubmittedAgain() {
        start();
        CompletableFuture<Admission> stopped = s.agent.stop("p", true);
        s.run(5_000);
        assertThat(stopped.join()).isInstanceOf(Accepted.class);
        assertThat(withoutCheckpoints(s.trace())).containsExactly("p STOPPED");
        CompletableFuture<Admission> again = s.agent.stop("p", true);
        CompletableFuture<Admission> unknown = s.agent.stop("q", true);
        s.step();
        assertThat(again.join()).isInstanceOf(Refused.class);
        assertThat(unknown.join()).isEqualTo(new Refused("there is no pipeline 'q'"));
        s.submit(Plans.twoStages("p", 2));
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void topicsThatDoNotFitAreARefusalAndNothingIsAppended() {
        s.beats(A).step();
        s.cluster.refusal = "topic 'p.out.inbox' has 3 partitions";
        assertThat(s.submit(Plans.twoStages("p", 2))).isEqualTo(new Refused("topic 'p.out.inbox' has 3 partitions"));
        assertThat(s.trace()).containsExactly("leader c1 1");
        assertThat(s.agent.view().pipelines()).isEmpty();
    }

    @Test
    void afterARestartOfEverythingTheNextLivesTakeOver() {
        start();
        s.beating.clear();
        s.restart("c1");
        s.beats(new WorkerId("b", 2)).run(200);
        assertThat(withoutCheckpoints(s.trace()))
                .containsExactly("leader c1 2", "assign p/0/1 b#2 e2", "assign p/1/1 b#2 e2");
        s.beats(new WorkerId("a", 2)).run(200);
        assertThat(withoutCheckpoints(s.trace())).containsExactly("assign p/0/0 a#2 e2", "assign p/1/0 a#2 e2");
    }

    @Test
    void aNewLeaderGivesWorkersTimeToSpeakUp() {
        start();
        s.beating.clear();
        s.beats(A);
        s.restart("c2");
        s.run(2_500);
        assertThat(withoutCheckpoints(s.trace())).containsExactly("leader c2 2");
        s.run(1_000);
        assertThat(withoutCheckpoints(s.trace()).stream().map(line -> line.split(" ")[0]))
                .containsExactly("revoke", "revoke", "fence", "assign", "assign");
    }

    @Test
    void aFencedCoordinatorDecidesNothingAnyMore() {
        start();
        CoordinatorAgent former = s.agent;
        s.agent = s.coordinator("c2");
        s.step();
        assertThat(s.agent.view().role()).isEqualTo(Role.LEADING);
        CompletableFuture<Admission> late = former.submit(Plans.twoStages("q", 1), "/base");
        for (int i = 0; i < 5; i++) {
            former.doWork(s.nowMs, 0);
        }
        assertThat(former.view().role()).isEqualTo(Role.FENCED);
        assertThat(late.join()).isInstanceOf(Refused.class);
        assertThat(former.submit(Plans.twoStages("q", 1), "/base").join()).isInstanceOf(Refused.class);
        assertThat(s.agent.view().role()).as("and fences nobody").isEqualTo(Role.LEADING);
        s.run(2_000);
        assertThat(s.agent.view().role()).isEqualTo(Role.LEADING);
    }

    @Test
    void aFencedCoordinatorYieldsToOneThatHasNotNamedItselfYet() {
        start();
        s.cluster.takeControlLog();
        s.run(2_500);
        assertThat(s.agent.view().role()).isEqualTo(Role.STARTING);
        s.run(3_000);
        assertThat(s.agent.view().role()).as("nobody came: it was the broker").isEqualTo(Role.LEADING);
        assertThat(s.agent.view().term()).isEqualTo(2);
    }

    @Test
    void twoCoordinatorsThatStartTogetherAgreeOnOne() {
        for (int offset = 0; offset < 20; offset++) {
            Scenario both = new Scenario();
            CoordinatorAgent other = both.coordinator("c2");
            both.beats(A);
            for (int i = 0; i < 200; i++) {
                both.nowMs += Scenario.STEP_MS;
                if (i >= offset) {
                    other.doWork(both.nowMs, 0);
                }
                both.step();
                if (i == 5) {
                    both.ask(both.agent.submit(Plans.twoStages("p", 1), "/base"));
                }
            }
            assertThat(List.of(both.agent.view().role(), other.view().role()))
                    .containsExactlyInAnyOrder(Role.LEADING, Role.FENCED);
        }
    }

    @Test
    void anAppendWithAnUnknownOutcomeIsReadBack() {
        s.beats(A).step();
        CompletableFuture<Admission> answer = s.agent.submit(Plans.twoStages("p", 1), "/base");
        s.cluster.loseNextAnswer = true;
        s.run(500);
        assertThat(answer.join())
                .as("it had been appended, and is not run twice")
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(accepted.instance()).isEqualTo("run-1"));
        assertThat(s.cluster.trace.stream().filter("pipeline/p"::equals)).hasSize(1);
        assertThat(s.owner(0, 0)).isEqualTo(A);
    }

    @Test
    void aRequestSurvivesAnOutage() {
        s.beats(A).step();
        s.cluster.away = true;
        CompletableFuture<Admission> answer = s.agent.submit(Plans.twoStages("p", 1), "/base");
        s.run(1_000);
        assertThat(answer).isNotDone();
        s.cluster.away = false;
        s.run(200);
        assertThat(answer.join()).isInstanceOf(Accepted.class);
    }

    @Test
    void pipelinesShareTheWorkers() {
        s.beats(A, B).step();
        s.submit(Plans.twoStages("p", 1));
        s.submit(Plans.twoStages("q", 1));
        s.run(100);
        assertThat(s.agent.view().pipelines().stream()
                        .flatMap(pipeline -> pipeline.slots().stream())
                        .map(slot -> slot.owner().orElseThrow())
                        .collect(Collectors.groupingBy(owner -> owner, Collectors.counting()))
                        .values())
                .containsExactly(2L, 2L);
    }
}
