package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.Admission.Accepted;
import io.weirflow.coordinator.Admission.Done;
import io.weirflow.coordinator.Admission.Preview;
import io.weirflow.coordinator.Admission.Refused;
import io.weirflow.coordinator.Admission.Start;
import io.weirflow.coordinator.SavepointJobs.Ended;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.PipelineRestored;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is decided about savepoints: when one is taken, what has to be before a run begins from one, and what becomes of that when leaders change. */
final class RestoresTest {

    private static final WorkerId A = new WorkerId("a", 1);
    private static final WorkerId B = new WorkerId("b", 1);
    private static final Pipeline PLAN = Plans.twoStages("p", 2);
    private static final SlotStatus RUNNING = new SlotStatus.Running(1, 0, 0);

    private final Scenario s = new Scenario().beats(A, B);

    private static SavepointManifest savepoint(int incarnation) {
        return new SavepointManifest(
                "moved",
                "p",
                "run-0",
                new Incarnation(incarnation),
                "of another version",
                "/there",
                1,
                PLAN,
                List.of());
    }

    private Admission ask(CompletableFuture<Admission> answer) {
        s.step();
        s.step();
        assertThat(answer).isDone();
        return answer.join();
    }

    private Accepted restore(int incarnation) {
        return (Accepted) ask(s.agent.restore(savepoint(incarnation), "/here"));
    }

    private String refused(CompletableFuture<Admission> answer) {
        Admission admission = ask(answer);
        assertThat(admission).isInstanceOf(Refused.class);
        return ((Refused) admission).message();
    }

    private void runThenStop() {
        s.step();
        s.submit(PLAN);
        s.run(500);
        s.statusOfAll(RUNNING);
        s.run(500);
        assertThat(ask(s.agent.stop("p", true))).isInstanceOf(Accepted.class);
        s.trace();
    }

    private void written(Accepted run) {
        s.savepoints.ends(new Ended.Restored(run.instance(), "", false));
        s.step();
    }

    @Test
    void aClusterThatKnowsNothingOfThePipelineRunsItOnceTheSavepointIsWritten() {
        s.step();
        Accepted run = restore(7);
        assertThat(run.start()).isEqualTo(Start.RESTORED);
        assertThat(run.incarnation())
                .as("frames of the run that was saved must not be taken for this one's")
                .isEqualTo(new Incarnation(8));
        s.run(1_000);
        assertThat(s.cluster.topics).containsExactly("create p");
        assertThat(s.phase()).isEqualTo(Phase.RESTORING);
        assertThat(s.slot(1, 0).owner()).as("nobody opens a slot meanwhile").isEmpty();
        assertThat(s.savepoints.asked).containsExactly("restore p moved into " + run.instance());
        written(run);
        s.run(200);
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
        assertThat(s.slot(1, 0).owner()).isPresent();
        assertThat(s.agent.view().pipeline("p").orElseThrow().instance()).isEqualTo(run.instance());
        assertThat(s.savepoints.asked).as("not a second time").hasSize(1);
    }

    @Test
    void whoHadSlotsBeforeIsFencedBeforeTheRunIsInTheLog() {
        runThenStop();
        Accepted run = restore(1);
        assertThat(run.incarnation()).as("the stopped run was the first").isEqualTo(new Incarnation(2));
        assertThat(s.trace())
                .containsExactly(
                        "fence p a", "fence p b", "fence p .restore", "pipeline/p", "restore/p", "p RESTORING");
    }

    @Test
    void aRunThatHadMoreLivesThanTheSavepointGetsALaterOne() {
        runThenStop();
        written(restore(1));
        s.run(500);
        assertThat(ask(s.agent.stop("p", true))).isInstanceOf(Accepted.class);
        assertThat(restore(1).incarnation()).isEqualTo(new Incarnation(3));
    }

    @Test
    void aPipelineThatIsUnderWayIsNotReplaced() {
        s.step();
        s.submit(PLAN);
        s.run(500);
        s.trace();
        assertThat(refused(s.agent.restore(savepoint(1), "/here"))).contains("under way (RUNNING): stop it first");
        assertThat(s.trace()).as("and nobody was fenced").isEmpty();
        assertThat(ask(s.agent.stop("p", true))).isInstanceOf(Accepted.class);
        Accepted run = restore(1);
        assertThat(refused(s.agent.restore(savepoint(1), "/here"))).contains("under way (RESTORING): stop it first");
        assertThat(refused(s.agent.delete("p"))).contains("stop it first");
        assertThat(s.agent.view().pipeline("p").orElseThrow().instance()).isEqualTo(run.instance());
    }

    @Test
    void aSavepointThatCannotBeWrittenFailsTheRunAndIsTriedAgainOnRequest() {
        s.step();
        Accepted run = restore(1);
        s.savepoints.ends(new Ended.Restored(run.instance(), "it is damaged", false));
        s.run(500);
        assertThat(s.phase()).isEqualTo(Phase.FAILED);
        assertThat(s.reason()).isEqualTo("the savepoint was not restored: it is damaged");
        assertThat(s.slot(1, 0).owner()).isEmpty();
        s.savepoints.asked.clear();
        Accepted again = (Accepted) s.submit(PLAN);
        assertThat(again.instance()).isEqualTo(run.instance());
        assertThat(again.start()).isEqualTo(Start.RESTORED);
        s.run(500);
        assertThat(s.phase()).isEqualTo(Phase.RESTORING);
        assertThat(s.savepoints.asked).containsExactly("restore p moved into " + run.instance());
        written(run);
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void whenTheLogWasAwayItIsAskedForAgain() {
        s.step();
        Accepted run = restore(1);
        s.run(200);
        s.savepoints.asked.clear();
        s.savepoints.ends(new Ended.Restored(run.instance(), "", true));
        s.run(200);
        assertThat(s.phase()).isEqualTo(Phase.RESTORING);
        assertThat(s.savepoints.asked).containsExactly("restore p moved into " + run.instance());
    }

    @Test
    void anotherLeaderGoesOnWithIt() {
        runThenStop();
        Accepted run = restore(1);
        s.run(200);
        List<ControlRecord> compacted = MemoryCluster.compacted(s.cluster.log);
        s.cluster.log.clear();
        s.cluster.log.addAll(compacted);
        s.savepoints.asked.clear();
        s.restart("c2");
        s.run(200);
        assertThat(s.phase()).isEqualTo(Phase.RESTORING);
        assertThat(s.savepoints.asked).containsExactly("restore p moved into " + run.instance());
        written(run);
        s.savepoints.asked.clear();
        s.restart("c3");
        s.run(200);
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
        assertThat(s.savepoints.asked).as("it is all written").isEmpty();
    }

    @Test
    void whoWritesIsFencedBeforeItIsDecidedOtherwise() {
        s.step();
        Accepted run = restore(1);
        s.trace();
        assertThat(ask(s.agent.stop("p", true))).isInstanceOf(Accepted.class);
        assertThat(s.trace()).containsExactly("fence p .restore", "p STOPPED");
        s.savepoints.ends(new Ended.Restored(run.instance(), "", false));
        s.run(500);
        assertThat(s.phase()).as("what was written late does not count").isEqualTo(Phase.STOPPED);
        assertThat(s.submit(Plans.twoStages("p", 2, "kafka"))).isInstanceOf(Accepted.class);
        assertThat(s.trace()).startsWith("fence p .restore", "pipeline/p", "p RUNNING");
        assertThat(s.count(PipelineRestored.class)).isEqualTo(1);
    }

    @Test
    void aRestoreThatWasStoppedBeginsAgain() {
        s.step();
        Accepted run = restore(1);
        s.run(100);
        assertThat(ask(s.agent.stop("p", true))).isInstanceOf(Accepted.class);
        s.savepoints.asked.clear();
        assertThat(((Accepted) s.submit(PLAN)).instance()).isEqualTo(run.instance());
        s.run(100);
        assertThat(s.phase()).isEqualTo(Phase.RESTORING);
        assertThat(s.slot(1, 0).owner()).as("it has no state to begin with").isEmpty();
        assertThat(s.savepoints.asked).containsExactly("restore p moved into " + run.instance());
    }

    @Test
    void topicsThatDoNotFitAreRefusedAndNothingIsDecided() {
        s.step();
        s.cluster.refusal = "topic p.out.inbox has 3 partitions and needs 2";
        assertThat(refused(s.agent.restore(savepoint(1), "/here"))).contains("has 3 partitions");
        assertThat(s.agent.view().pipelines()).isEmpty();
    }

    @Test
    void aSavepointIsTakenOfWhatRunsAndOfWhatIsStopped() {
        s.step();
        s.submit(PLAN);
        assertThat(ask(s.agent.savepoint("p", "one"))).isInstanceOf(Done.class);
        assertThat(ask(s.agent.stop("p", true))).isInstanceOf(Accepted.class);
        assertThat(ask(s.agent.savepoint("p", "two"))).isInstanceOf(Done.class);
        assertThat(s.savepoints.asked).containsExactly("take p one", "take p two");
        s.savepoints.refusal = "pipeline 'p' has a savepoint 'two'; give another name";
        assertThat(refused(s.agent.savepoint("p", "two"))).contains("give another name");
    }

    @Test
    void thereIsNoSavepointOfWhatIsNotThereYet() {
        s.step();
        assertThat(refused(s.agent.savepoint("p", "one"))).isEqualTo("there is no pipeline 'p'");
        Accepted run = restore(1);
        assertThat(refused(s.agent.savepoint("p", "one"))).contains("is not restored yet: RESTORING");
        written(run);
        assertThat(ask(s.agent.savepoint("p", "one"))).isInstanceOf(Done.class);
    }

    /** Its inboxes are read; what is trimmed meanwhile would be missing. */
    @Test
    void nothingIsTrimmedWhileASavepointIsTaken() {
        s.step();
        s.submit(PLAN);
        s.run(500);
        assertThat(ask(s.agent.savepoint("p", "one"))).isInstanceOf(Done.class);
        s.status(1, 0, new SlotStatus.Running(1, 5_000, 0));
        s.run(3 * Scenario.POLICY.trimIntervalMs());
        assertThat(trims()).isEmpty();
        s.savepoints.ends(new Ended.Taken("p", "one", ""));
        s.run(2 * Scenario.POLICY.trimIntervalMs());
        assertThat(trims()).isNotEmpty();
    }

    /** Slots stand on either side of their cuts then. */
    @Test
    void thereIsNoSavepointWhileAnUpgradeIsUnderWay() {
        s.step();
        s.submit(PLAN);
        s.run(500);
        s.statusOfAll(RUNNING);
        s.run(500);
        assertThat(((Accepted) s.submit(Plans.filtered("p", 2))).start()).isEqualTo(Start.UPGRADED);
        assertThat(refused(s.agent.savepoint("p", "one")))
                .isEqualTo("an upgrade of stage 'out' is under way; try again when all its slots have gone over");
        assertThat(ask(s.agent.stop("p", true))).isInstanceOf(Accepted.class);
        assertThat(refused(s.agent.savepoint("p", "one"))).contains("for which the pipeline has to run");
        s.submit(Plans.filtered("p", 2));
        s.run(500);
        s.statusOfAll(new SlotStatus.Running(1, 0, 0, 2));
        s.run(500);
        assertThat(ask(s.agent.savepoint("p", "one"))).isInstanceOf(Done.class);
    }

    @Test
    void whatIsNotRestoredYetIsNotUpgraded() {
        s.step();
        Accepted run = restore(1);
        assertThat(((Refused) s.submit(Plans.filtered("p", 2))).message())
                .contains("(RESTORING")
                .contains("savepoint 'moved' is not written back yet");
        assertThat(((Preview) ask(s.agent.preview(Plans.filtered("p", 2)))).refusal())
                .contains("savepoint 'moved' is not written back yet");
        written(run);
        s.run(200);
        Accepted upgraded = (Accepted) s.submit(Plans.filtered("p", 2));
        assertThat(upgraded.start()).isEqualTo(Start.UPGRADED);
        assertThat(upgraded.instance()).isEqualTo(run.instance());
    }

    @Test
    void anotherVersionOfARestoreThatWasStoppedBeginsAnew() {
        s.step();
        Accepted run = restore(1);
        assertThat(ask(s.agent.stop("p", true))).isInstanceOf(Accepted.class);
        s.trace();
        Accepted anew = (Accepted) s.submit(Plans.filtered("p", 2));
        assertThat(anew.start()).isEqualTo(Start.NEW);
        assertThat(anew.incarnation()).isEqualTo(run.incarnation().next());
        assertThat(s.trace()).as("whoever writes it back has to notice").startsWith("fence p .restore", "pipeline/p");
    }

    private List<String> trims() {
        return s.trace().stream().filter(line -> line.startsWith("trim")).toList();
    }
}
