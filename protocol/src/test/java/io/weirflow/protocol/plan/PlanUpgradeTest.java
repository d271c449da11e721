package io.weirflow.protocol.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.Options;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which new versions of a pipeline can take over its data, and under which names. */
final class PlanUpgradeTest {

    private static final RowType ROW =
            RowType.of(Column.required("id", Scalar.BIGINT), Column.of("ok", Scalar.BOOLEAN));
    private static final RowType WIDE = RowType.of(
            Column.required("id", Scalar.BIGINT), Column.of("ok", Scalar.BOOLEAN), Column.of("more", Scalar.DATE));
    private static final Expr ID = new Expr.ColumnRef(0, Scalar.BIGINT, false);
    private static final Expr OK = new Expr.ColumnRef(1, Scalar.BOOLEAN, true);

    private final StepSpec filter = new StepSpec.Filter(OK);
    private final StepSpec counting = new StepSpec.UserOperator("Counting", Options.NONE, List.of(0));
    private final StepSpec toKafka = sink("kafka", "kafka", "one");
    private final StepSpec toFile = sink("file", "file", "one");

    private static StepSpec sink(String name, String connector, String place) {
        return new StepSpec.Sink(
                name, connector, Options.NONE.with("to", place), "json", Options.NONE, Guarantee.EXACTLY_ONCE);
    }

    private static StagePlan stage(int id, String uid, int slots, StageInput input, RowType type, StepSpec... specs) {
        List<Step> steps = new ArrayList<>();
        for (StepSpec spec : specs) {
            List<Step.Upstream> from = List.of(new Step.Upstream.FromPort(0, Step.Tag.MAIN));
            steps.add(new Step(steps.size(), "entry" + steps.size(), from, type, type, spec));
        }
        return new StagePlan(id, uid, uid, slots, input, steps);
    }

    private static StageInput source(String path) {
        return new StageInput.Source(
                "events",
                "file",
                Options.NONE.with("path", path),
                "json",
                Options.NONE,
                ROW,
                new EventTime.None(),
                true,
                false);
    }

    private static StageInput inbox(RowType type) {
        return new StageInput.Inbox(List.of(new StageInput.Port(0, type)));
    }

    private static StepSpec send(Expr key) {
        return new StepSpec.Send(1, 0, new StepSpec.Partitioning.ByKey(List.of(key)));
    }

    private static Pipeline plan(StagePlan... stages) {
        return new Pipeline("p", List.of(stages));
    }

    private static Pipeline plan(StepSpec... steps) {
        return plan(stage(0, "in", 2, source("a"), ROW, send(ID)), stage(1, "out", 4, inbox(ROW), ROW, steps));
    }

    private static int stateId(Pipeline plan, int step) {
        return plan.stage(1).steps().get(step).stateId();
    }

    @Test
    void theSamePlanIsNoUpgrade() {
        PlanUpgrade upgrade = PlanUpgrade.of(plan(counting, toKafka), plan(counting, toKafka));
        assertThat(upgrade.plan()).isEqualTo(plan(counting, toKafka));
        assertThat(upgrade.obstacle()).isEmpty();
        assertThat(upgrade.replaced()).isEmpty();
    }

    @Test
    void onlyStagesThatChangeGetAnotherVersion() {
        Pipeline before = plan(counting, toKafka);
        PlanUpgrade first = PlanUpgrade.of(before, plan(filter, counting, toKafka));
        assertThat(first.obstacle()).isEmpty();
        assertThat(first.plan().stages()).extracting(StagePlan::version).containsExactly(1, 2);
        assertThat(first.replaced()).containsExactly(before.stage(1));
        PlanUpgrade again = PlanUpgrade.of(first.plan(), plan(filter, counting, toKafka));
        assertThat(again.plan()).as("compiled from the same file").isEqualTo(first.plan());
        PlanUpgrade back = PlanUpgrade.of(first.plan(), before);
        assertThat(back.plan().stages()).extracting(StagePlan::version).containsExactly(1, 3);
    }

    /** The steps behind one that is inserted have other ids, and what is durable of them is found all the same. */
    @Test
    void stateAndSinksKeepTheirNames() {
        Pipeline shifted = PlanUpgrade.of(plan(counting, toKafka), plan(filter, counting, toKafka))
                .plan();
        assertThat(stateId(shifted, 1)).isZero();
        assertThat(stateId(shifted, 2)).isEqualTo(1);
        assertThat(PlanCodec.decode(PlanCodec.encode(shifted))).isEqualTo(shifted);
        Pipeline back = PlanUpgrade.of(shifted, plan(counting, toKafka)).plan();
        assertThat(stateId(back, 0)).isZero();
        assertThat(stateId(back, 1)).isEqualTo(1);
    }

    /** Seen in the simulation: a filter under the name of an operator took the operator's timers for its own, and dropped them. */
    @Test
    void noTwoStepsHaveOneName() {
        Pipeline shifted = PlanUpgrade.of(plan(counting, toKafka), plan(filter, counting, toKafka))
                .plan();
        assertThat(shifted.stage(1).steps()).extracting(Step::stateId).doesNotHaveDuplicates();
        assertThat(PlanUpgrade.of(shifted, plan(filter, counting, toKafka)).plan())
                .isEqualTo(shifted);
    }

    /** It would otherwise find the number of rows that another one has published under its name, and hold back its own. */
    @Test
    void aSinkThatIsNewHasANameThatNoneEverHad() {
        Pipeline before = plan(counting, toKafka);
        Pipeline moved = PlanUpgrade.of(before, plan(counting, sink("kafka", "kafka", "two")))
                .plan();
        assertThat(stateId(moved, 1)).isGreaterThan(1);
        Pipeline back = PlanUpgrade.of(moved, before).plan();
        assertThat(stateId(back, 1)).isGreaterThan(stateId(moved, 1));
        Pipeline more = PlanUpgrade.of(before, plan(counting, toKafka, sink("b", "kafka", "x")))
                .plan();
        assertThat(stateId(more, 1)).isEqualTo(1);
        assertThat(stateId(more, 2)).isGreaterThan(2);
    }

    @Test
    void anOperatorsCodeChangesWithItsJar() {
        StepSpec next = new StepSpec.UserOperator("Counting", Options.NONE, List.of(0), "counting-2.jar");
        PlanUpgrade upgrade = PlanUpgrade.of(plan(counting, toKafka), plan(next, toKafka));
        assertThat(upgrade.obstacle()).isEmpty();
        assertThat(upgrade.plan().stages()).extracting(StagePlan::version).containsExactly(1, 2);
        assertThat(stateId(upgrade.plan(), 0)).isZero();
    }

    @Test
    void whatCannotTakeOverSaysWhy() {
        Pipeline before = plan(counting, toFile);
        assertThat(obstacle(before, plan(new StepSpec.UserOperator("Other", Options.NONE, List.of(0)), toFile)))
                .contains("stage 'out' would have to be rebuilt", "means something else");
        assertThat(obstacle(before, plan(before.stage(0), stage(1, "out", 8, inbox(ROW), ROW, counting, toFile))))
                .contains("4 slots and would have 8");
        assertThat(obstacle(before, plan(stage(0, "in", 2, source("b"), ROW, send(ID)), before.stage(1))))
                .contains("stage 'in' would have to be rebuilt: it reads another source");
        assertThat(obstacle(before, plan(stage(0, "in", 2, source("a"), ROW, send(OK)), before.stage(1))))
                .contains("stage 'in' would send its rows elsewhere, or by another key");
        assertThat(obstacle(before, plan(before.stage(0), stage(1, "new", 4, inbox(ROW), ROW, counting, toFile))))
                .contains("its stages were in, out and would be in, new");
        assertThat(obstacle(before, plan(counting, toKafka))).contains("sink 'file' would be gone or write elsewhere");
    }

    @Test
    void rowsOnTheirWayHaveTheFormerColumns() {
        Pipeline before = plan(toKafka);
        Pipeline after =
                plan(stage(0, "in", 2, source("a"), WIDE, send(ID)), stage(1, "out", 4, inbox(WIDE), WIDE, toKafka));
        assertThat(obstacle(before, after)).contains("rows of the former kind");
    }

    private static String obstacle(Pipeline before, Pipeline after) {
        return PlanUpgrade.of(before, after).obstacle().orElse("none");
    }
}
