package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.coordinator.Admission.Accepted;
import io.weirflow.coordinator.Admission.Preview;
import io.weirflow.coordinator.Admission.Refused;
import io.weirflow.coordinator.Admission.Start;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.plan.StageChange;
import io.weirflow.protocol.plan.StageChange.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Upgrades as the coordinator decides on them: which version there is, and for how long the former ones are kept. */
final class UpgradesTest {

    private static final WorkerId A = new WorkerId("a", 1);

    private final Scenario s = new Scenario();

    private void start() {
        s.beats(A).step();
        s.submit(Plans.twoStages("p", 2));
        s.step();
        s.statusOfAll(running(1));
        s.run(100);
        s.trace();
    }

    private static SlotStatus running(int version) {
        return new SlotStatus.Running(1, 0, 0, version);
    }

    private PipelineAdmitted admitted() {
        return s.cluster.log.stream()
                .filter(PipelineAdmitted.class::isInstance)
                .map(PipelineAdmitted.class::cast)
                .reduce((one, later) -> later)
                .orElseThrow();
    }

    private List<Integer> former() {
        return admitted().former().stream().map(StagePlan::version).toList();
    }

    private Accepted upgrade() {
        return (Accepted) s.submit(Plans.filtered("p", 2));
    }

    @Test
    void aStageIsUpgradedWhileThePipelineRuns() {
        start();
        assertThat(upgrade().start()).isEqualTo(Start.UPGRADED);
        assertThat(admitted().instance()).as("the same run").isEqualTo("run-1");
        assertThat(admitted().incarnation().number()).isEqualTo(1);
        assertThat(admitted().plan().stages()).extracting(StagePlan::version).containsExactly(1, 2);
        assertThat(admitted().stage(1, 1)).contains(Plans.twoStages("p", 2).stage(1));
        s.run(200);
        assertThat(s.trace().stream().filter(line -> line.startsWith("assign") || line.startsWith("revoke")))
                .as("no slot is started again for it")
                .isEmpty();
        assertThat(s.agent.view().pipeline("p").orElseThrow().stages())
                .extracting(ControlView.StageView::version)
                .containsExactly(1, 2);
        Accepted again = upgrade();
        assertThat(again.start()).isEqualTo(Start.RESUMED);
        assertThat(admitted().plan().stages()).extracting(StagePlan::version).containsExactly(1, 2);
    }

    @Test
    void aFormerVersionIsKeptUntilEverySlotHasALaterOne() {
        start();
        upgrade();
        s.status(1, 0, running(2));
        s.run(200);
        assertThat(former()).containsExactly(1);
        s.restart("c2");
        s.run(200);
        assertThat(former()).as("the next leader has heard of nobody yet").containsExactly(1);
        s.status(1, 1, running(2));
        s.run(200);
        assertThat(former()).containsExactly(1);
        s.status(1, 0, running(2));
        s.run(200);
        assertThat(former()).isEmpty();
        assertThat(admitted().plan().stages()).extracting(StagePlan::version).containsExactly(1, 2);
    }

    @Test
    void aSlotThatIsOnItsWayElsewhereMayYetNeedIt() {
        start();
        upgrade();
        s.status(1, 0, running(2));
        s.status(1, 1, new SlotStatus.Released());
        s.run(200);
        assertThat(former()).containsExactly(1);
        s.status(1, 1, running(1));
        s.run(200);
        assertThat(former()).containsExactly(1);
    }

    @Test
    void aThirdVersionNeedNotWaitForTheSecond() {
        start();
        upgrade();
        Accepted back = (Accepted) s.submit(Plans.twoStages("p", 2));
        assertThat(back.start()).isEqualTo(Start.UPGRADED);
        assertThat(former()).containsExactly(1, 2);
        s.status(1, 0, running(3));
        s.status(1, 1, running(2));
        s.run(200);
        assertThat(former()).containsExactly(2);
    }

    @Test
    void aStoppedPipelineGoesOnWithTheNewVersion() {
        start();
        s.ask(s.agent.stop("p", true));
        s.run(100);
        s.statusOfAll(new SlotStatus.Released());
        s.run(100);
        assertThat(upgrade().start()).isEqualTo(Start.UPGRADED);
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
        assertThat(s.slot(1, 0).owner()).contains(A);
        assertThat(former()).containsExactly(1);
    }

    @Test
    void whatIsBeingCompletedIsNotUpgraded() {
        start();
        s.statusOfAll(new SlotStatus.Finished(3, 100));
        s.run(100);
        assertThat(s.phase()).isEqualTo(Phase.COMPLETING);
        assertThat(s.submit(Plans.filtered("p", 2)))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.message()).contains("its sinks are being completed"));
    }

    @Test
    void aPreviewSaysWhatWouldBeUpgraded() {
        start();
        var answer = s.agent.preview(Plans.filtered("p", 2));
        s.step();
        Preview preview = (Preview) answer.join();
        assertThat(preview.refusal()).isEmpty();
        assertThat(preview.changes()).extracting(StageChange::kind).containsExactly(Kind.KEPT, Kind.MIGRATED);
        assertThat(former()).isEmpty();
    }
}
