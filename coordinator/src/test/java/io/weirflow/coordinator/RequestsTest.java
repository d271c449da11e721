package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.coordinator.Admission.Accepted;
import io.weirflow.coordinator.Admission.Done;
import io.weirflow.coordinator.Admission.Preview;
import io.weirflow.coordinator.Admission.Refused;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.FleetRecord.WorkerHeartbeat;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.fleet.WorkerScope;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.plan.StageChange;
import io.weirflow.protocol.plan.StageChange.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Deleting, scaling and previewing pipelines; workers that take some stages only. */
final class RequestsTest {

    private static final WorkerId A = new WorkerId("a", 1);
    private static final WorkerId B = new WorkerId("b", 1);
    private static final SlotStatus RUNNING = new SlotStatus.Running(0, 0, Long.MIN_VALUE);

    private final Scenario s = new Scenario();

    private void start(int slots) {
        s.beats(A, B).step();
        s.submit(Plans.twoStages("p", slots));
        s.step();
        s.statusOfAll(RUNNING);
        s.run(3_000);
        s.trace();
    }

    private Admission ask(CompletableFuture<Admission> answer) {
        s.step();
        assertThat(answer).isDone();
        return answer.join();
    }

    private Set<WorkerId> owners(int stage, int slots) {
        Set<WorkerId> owners = new HashSet<>();
        for (int partition = 0; partition < slots; partition++) {
            owners.add(s.owner(stage, partition));
        }
        return owners;
    }

    /** Workers read what they follow, let go of what is revoked, and start what they are assigned. */
    private void runWithMoves(long forMs) {
        for (int i = 0; i < forMs / 500; i++) {
            s.followersCatchUp();
            s.agent
                    .view()
                    .pipeline("p")
                    .orElseThrow()
                    .slots()
                    .forEach(slot -> s.status(
                            slot.slot().stage(),
                            slot.slot().partition(),
                            slot.revoked() ? new SlotStatus.Released() : RUNNING));
            s.run(500);
        }
    }

    @Test
    void aStoppedPipelineIsDeletedAndItsNameMayBeUsedAgainUnderTheNextIncarnation() {
        start(2);
        assertThat(ask(s.agent.delete("p")))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.message()).contains("stop it first"));
        assertThat(ask(s.agent.stop("p", true))).isInstanceOf(Accepted.class);
        assertThat(ask(s.agent.delete("p"))).isInstanceOf(Done.class);
        assertThat(s.cluster.topics).containsExactly("create p", "delete p");
        assertThat(s.agent.view().pipelines()).isEmpty();
        assertThat(ask(s.agent.delete("p"))).isEqualTo(new Refused("there is no pipeline 'p'"));
        s.restart("c2");
        assertThat(s.agent.view().pipelines()).isEmpty();
        Accepted again = (Accepted) s.submit(Plans.twoStages("p", 3));
        assertThat(again.incarnation().number()).isEqualTo(2);
        s.run(500);
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
        assertThat(s.slot(0, 0).epoch().number()).as("epochs outlive it, too").isGreaterThan(1);
    }

    @Test
    void aStageIsScaledDownAndUp() {
        start(4);
        assertThat(owners(1, 4)).hasSize(2);
        assertThat(ask(s.agent.scale("p", "out", 1))).isInstanceOf(Done.class);
        runWithMoves(8_000);
        assertThat(owners(1, 4)).hasSize(1);
        assertThat(owners(0, 4)).as("other stages stay as they are").hasSize(2);
        assertThat(s.agent.view().pipeline("p").orElseThrow().stages().get(1).workers())
                .isEqualTo(1);
        s.restart("c2");
        s.run(5_000);
        assertThat(owners(1, 4)).as("it outlives the leader").hasSize(1);
        assertThat(ask(s.agent.scale("p", "out", 0))).isInstanceOf(Done.class);
        runWithMoves(8_000);
        assertThat(owners(1, 4)).hasSize(2);
    }

    @Test
    void whatCannotBeScaledIsRefused() {
        start(2);
        assertThat(ask(s.agent.scale("p", "oot", 1)))
                .isEqualTo(new Refused("pipeline 'p' has no stage 'oot'; its stages are events, out"));
        assertThat(ask(s.agent.scale("p", "out", 3)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.message()).contains("1 to 2 workers"));
        assertThat(ask(s.agent.scale("q", "out", 1))).isEqualTo(new Refused("there is no pipeline 'q'"));
    }

    @Test
    void aWorkerGetsOnlyTheStagesThatItTakes() {
        s.beats(A).step();
        WorkerScope onlyOut = new WorkerScope(List.of(), List.of("out"));
        s.report(new WorkerHeartbeat(B, 1, onlyOut));
        s.step();
        s.submit(Plans.twoStages("p", 4));
        s.step();
        assertThat(owners(0, 4)).containsExactly(A);
        assertThat(owners(1, 4)).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void aStageThatNobodyTakesWaits() {
        s.step();
        s.report(new WorkerHeartbeat(A, 1, new WorkerScope(List.of("p"), List.of("events"))));
        s.step();
        s.submit(Plans.twoStages("p", 1));
        s.step();
        assertThat(s.owner(0, 0)).isEqualTo(A);
        assertThat(s.slot(1, 0).owner()).isEmpty();
        s.beats(B).run(100);
        assertThat(s.owner(1, 0)).isEqualTo(B);
    }

    @Test
    void aLaterLifeThatTakesLessGivesUpTheRest() {
        start(1);
        WorkerId owner = s.owner(1, 0);
        WorkerId other = owner.equals(A) ? B : A;
        s.beating.remove(owner);
        WorkerId next = new WorkerId(owner.name(), 2);
        for (int i = 0; i < 100; i++) {
            s.report(new WorkerHeartbeat(next, i, new WorkerScope(List.of(), List.of("events"))));
            s.run(100);
        }
        assertThat(s.owner(1, 0)).isEqualTo(other);
    }

    private Preview preview(io.weirflow.api.pipeline.Pipeline plan) {
        return (Preview) ask(s.agent.preview(plan));
    }

    @Test
    void aPreviewTellsWhatWouldHappenAndChangesNothing() {
        s.beats(A).step();
        assertThat(preview(Plans.twoStages("p", 2)).changes())
                .extracting(StageChange::kind)
                .containsExactly(Kind.ADDED, Kind.ADDED);
        assertThat(s.agent.view().pipelines()).isEmpty();
        s.submit(Plans.twoStages("p", 2));
        Preview same = preview(Plans.twoStages("p", 2));
        assertThat(same.refusal()).isEmpty();
        assertThat(same.changes()).extracting(StageChange::kind).containsExactly(Kind.KEPT, Kind.KEPT);
        Preview other = preview(Plans.twoStages("p", 3));
        assertThat(other.refusal()).contains("cannot take over its data");
        assertThat(other.changes()).extracting(StageChange::kind).containsExactly(Kind.REFUSED, Kind.REFUSED);
        ask(s.agent.stop("p", true));
        assertThat(preview(Plans.twoStages("p", 3)).refusal())
                .as("the topics of the former run are in the way")
                .contains("'events': it has 2 slots and would have 3");
    }
}
