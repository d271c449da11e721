package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.OnPoison;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.Admission.Done;
import io.weirflow.coordinator.Admission.Refused;
import io.weirflow.coordinator.ControlView.PoisonView;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.Poison;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.WorkerId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows at which slots fail again and again, as the coordinator decides on them. */
final class PoisonsTest {

    private static final Poison ROW = new Poison(120, 3, 1, "{\"id\":7}");

    private final Scenario s = new Scenario();

    private void start(OnPoison onPoison) {
        s.beats(new WorkerId("a", 1)).step();
        s.submit(new Pipeline("p", Plans.twoStages("p", 2).stages(), onPoison));
        s.step();
        s.statusOfAll(new SlotStatus.Running(1, 0, 0));
        s.run(100);
    }

    private void fail(Poison poison) {
        s.status(1, 0, new SlotStatus.Failed("row " + poison.place() + " cannot be processed: boom", true, poison));
        s.run(1_500);
    }

    private List<PoisonView> poison() {
        return s.agent.view().pipeline("p").orElseThrow().poison();
    }

    private Admission park(int slot, String row) {
        var answer = s.agent.park("p", "out", slot, row);
        s.step();
        return answer.join();
    }

    @Test
    void thePipelineFailsAndSaysWhichRowItIs() {
        start(OnPoison.FAIL);
        fail(ROW);
        fail(ROW);
        assertThat(s.phase()).as("it may be something else").isEqualTo(Phase.RUNNING);
        fail(ROW);
        assertThat(s.phase()).isEqualTo(Phase.FAILED);
        assertThat(s.reason())
                .contains("stage 'out', slot 0: row 120:3 cannot be processed: boom")
                .contains("weirflow park p out 0 120:3");
        assertThat(poison()).extracting(PoisonView::place, PoisonView::parked).containsExactly(tuple("120:3", false));
    }

    @Test
    void aRowIsParkedOnRequestAndThePipelineGoesOn() {
        start(OnPoison.FAIL);
        for (int i = 0; i < Poisons.FAILURES; i++) {
            fail(ROW);
        }
        s.restart("c2");
        assertThat(park(0, "120:4"))
                .as("no other row than the one that is known to make it fail")
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.message()).contains("there is stage 'out', slot 0, row 120:3"));
        assertThat(park(1, "120:3")).isInstanceOf(Refused.class);
        assertThat(park(0, "120:3"))
                .isInstanceOfSatisfying(
                        Done.class, done -> assertThat(done.message()).contains("apply the pipeline again"));
        assertThat(poison()).extracting(PoisonView::parked).containsExactly(true);
        s.submit(Plans.twoStages("p", 2));
        s.run(100);
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
        fail(ROW);
        assertThat(s.phase()).as("a worker that has not heard of it yet").isEqualTo(Phase.RUNNING);
        fail(new Poison(200, 0, 1, "{}"));
        fail(new Poison(200, 0, 1, "{}"));
        fail(new Poison(200, 0, 1, "{}"));
        assertThat(s.phase()).as("the next one").isEqualTo(Phase.FAILED);
    }

    @Test
    void aPipelineThatSaysSoParksByItself() {
        start(OnPoison.PARK);
        for (int i = 0; i < Poisons.FAILURES; i++) {
            fail(ROW);
        }
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
        assertThat(poison()).extracting(PoisonView::place, PoisonView::parked).containsExactly(tuple("120:3", true));
        long epoch = s.slot(1, 0).epoch().number();
        assertThat(epoch).as("it is started again").isGreaterThan(Poisons.FAILURES);
        fail(ROW);
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
        assertThat(poison()).hasSize(1);
    }

    @Test
    void whatFailsAtDifferentRowsIsNoMatterOfARow() {
        start(OnPoison.PARK);
        for (int i = 0; i < 6; i++) {
            fail(new Poison(100 + i % 2, 0, 1, "{}"));
        }
        assertThat(poison()).isEmpty();
        assertThat(s.phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aNewRunKnowsNothingOfIt() {
        start(OnPoison.PARK);
        for (int i = 0; i < Poisons.FAILURES; i++) {
            fail(ROW);
        }
        s.ask(s.agent.stop("p", true));
        s.run(100);
        s.ask(s.agent.delete("p"));
        s.run(100);
        s.submit(Plans.twoStages("p", 2));
        assertThat(poison()).isEmpty();
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }
}
