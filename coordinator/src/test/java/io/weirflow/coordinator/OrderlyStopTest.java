package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.coordinator.Admission.Accepted;
import io.weirflow.coordinator.Admission.Refused;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.FleetRecord.WorkerLeft;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.fleet.SlotStatus.Finished;
import io.weirflow.protocol.fleet.SlotStatus.Released;
import io.weirflow.protocol.fleet.SlotStatus.Running;
import io.weirflow.protocol.fleet.SlotStatus.Stopped;
import io.weirflow.protocol.id.WorkerId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A pipeline has stopped when each slot has, and not before. */
final class OrderlyStopTest {

    private static final WorkerId A = new WorkerId("a", 1);
    private static final WorkerId B = new WorkerId("b", 1);
    private static final Running RUNNING = new Running(0, 0, Long.MIN_VALUE);

    private final Scenario s = new Scenario();

    private void run(WorkerId... workers) {
        s.beats(workers).step();
        s.submit(Plans.twoStages("p", 2));
        s.step();
        s.statusOfAll(RUNNING);
        s.run(1_000);
        s.trace();
    }

    private Admission stop(boolean now) {
        CompletableFuture<Admission> answer = s.agent.stop("p", now);
        s.step();
        return answer.join();
    }

    private List<String> trace() {
        return s.trace().stream()
                .filter(line -> !line.startsWith("checkpoint/"))
                .toList();
    }

    private void stopButFor(int stage, int partition) {
        run(A, B);
        assertThat(stop(false)).isInstanceOf(Accepted.class);
        s.agent.view().pipeline("p").orElseThrow().slots().stream()
                .map(ControlView.SlotView::slot)
                .filter(slot -> slot.stage() != stage || slot.partition() != partition)
                .forEach(slot -> s.status(slot.stage(), slot.partition(), new Stopped()));
        s.run(1_000);
        assertThat(s.phase()).isEqualTo(Phase.STOPPING);
        s.trace();
    }

    @Test
    void itHasStoppedWhenAllItsSlotsHave() {
        stopButFor(1, 1);
        s.run(60_000);
        assertThat(s.phase()).isEqualTo(Phase.STOPPING);
        assertThat(s.reason()).isEqualTo("stopped on request");
        s.status(1, 1, new Stopped());
        s.step();
        assertThat(trace()).containsExactly("p STOPPED");
        assertThat(s.reason()).isEqualTo("stopped on request");
    }

    @Test
    void slotsThatHaveNotStoppedTakeCheckpointsMeanwhile() {
        stopButFor(1, 1);
        s.run(3_000);
        assertThat(s.trace()).anyMatch(line -> line.startsWith("checkpoint/"));
    }

    @Test
    void aSlotWhoseWorkerDiesIsOpenedElsewhereBeforeItHasStopped() {
        stopButFor(1, 1);
        WorkerId owner = s.owner(1, 1);
        WorkerId other = owner.equals(A) ? B : A;
        s.beating.remove(owner);
        s.run(4_000);
        assertThat(trace())
                .containsExactly(
                        "revoke p/1/1 " + owner + " e2", "fence p " + owner.name(), "assign p/1/1 " + other + " e3");
        s.run(10_000);
        assertThat(s.phase()).isEqualTo(Phase.STOPPING);
        s.status(1, 1, new Stopped());
        s.step();
        assertThat(s.phase()).isEqualTo(Phase.STOPPED);
    }

    @Test
    void aSlotWhoseWorkerLetsGoBecauseItEndsHasNotStopped() {
        stopButFor(1, 1);
        WorkerId owner = s.owner(1, 1);
        s.status(1, 1, new Released());
        s.report(new WorkerLeft(owner));
        s.beating.remove(owner);
        s.run(1_000);
        assertThat(s.owner(1, 1)).isNotEqualTo(owner);
        assertThat(s.phase()).isEqualTo(Phase.STOPPING);
    }

    @Test
    void oneThatHadStoppedWhenItsWorkerDiedStaysStopped() {
        stopButFor(1, 1);
        WorkerId other = s.owner(1, 1).equals(A) ? B : A;
        s.beating.remove(other);
        s.run(10_000);
        assertThat(trace()).isEmpty();
        s.status(1, 1, new Stopped());
        s.step();
        assertThat(s.phase()).isEqualTo(Phase.STOPPED);
    }

    @Test
    void aNewLeaderHearsAgainWhichHaveStopped() {
        stopButFor(1, 1);
        s.restart("c2");
        s.run(1_000);
        assertThat(s.phase()).isEqualTo(Phase.STOPPING);
        s.statusOfAll(new Stopped());
        s.step();
        assertThat(s.phase()).isEqualTo(Phase.STOPPED);
    }

    @Test
    void aSlotThatFailsAgainAndAgainEndsTheWaitAsAFailure() {
        stopButFor(1, 1);
        for (int failures = 0; failures < 20 && s.phase() == Phase.STOPPING; failures++) {
            s.status(1, 1, new SlotStatus.Failed("the destination is gone", true));
            s.run(10_000);
        }
        assertThat(s.phase()).isEqualTo(Phase.FAILED);
        assertThat(s.reason()).contains("slot 1").contains("the destination is gone");
    }

    @Test
    void whatHasFinishedLetsGoToo() {
        run(A, B);
        s.statusOfAll(new Finished(1, 100));
        s.run(500);
        assertThat(s.phase()).isEqualTo(Phase.COMPLETING);
        stop(false);
        s.statusOfAll(new Stopped());
        s.step();
        assertThat(s.phase()).isEqualTo(Phase.STOPPED);
    }

    @Test
    void askingAgainChangesNothingAndAskingForNowEndsTheWait() {
        stopButFor(1, 1);
        assertThat(stop(false)).isInstanceOf(Accepted.class);
        assertThat(trace()).isEmpty();
        assertThat(stop(true)).isInstanceOf(Accepted.class);
        assertThat(trace()).containsExactly("p STOPPED");
        assertThat(s.reason()).isEqualTo("stopped on request, at once");
        assertThat(stop(false)).isInstanceOf(Refused.class);
    }

    @Test
    void oneThatGoesOnBeforeItHasStoppedGetsAllItsSlotsAnew() {
        stopButFor(1, 1);
        s.submit(Plans.twoStages("p", 2));
        s.run(500);
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
        assertThat(s.slot(0, 0).epoch().number()).isEqualTo(2);
        assertThat(s.slot(1, 1).epoch().number()).isEqualTo(2);
        s.run(10_000);
        assertThat(s.phase()).as("what was said under the former epochs").isEqualTo(Phase.RUNNING);
    }

    @Test
    void whatNobodyHasHadHasNothingToWaitFor() {
        s.step();
        s.submit(Plans.twoStages("p", 2));
        s.run(500);
        stop(false);
        s.step();
        assertThat(s.phase()).isEqualTo(Phase.STOPPED);
        s.beats(A).run(10_000);
        assertThat(s.slot(0, 0).owner()).isEmpty();
    }

    @Test
    void itIsUnderWayUntilItHasStopped() {
        stopButFor(1, 1);
        CompletableFuture<Admission> deleted = s.agent.delete("p");
        s.step();
        assertThat(deleted.join())
                .isEqualTo(new Refused("pipeline 'p' is under way (STOPPING): stop it first, and wait until it is"
                        + " STOPPED, or stop it now"));
    }
}
