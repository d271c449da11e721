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
import io.weirflow.protocol.plan.StageChange.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each kind of change means for each stage. */
final class PlanDiffTest {

    private static final RowType ROW =
            RowType.of(Column.required("id", Scalar.BIGINT), Column.of("ok", Scalar.BOOLEAN));
    private static final Expr ID = new Expr.ColumnRef(0, Scalar.BIGINT, false);
    private static final Expr OK = new Expr.ColumnRef(1, Scalar.BOOLEAN, true);

    private final StepSpec filter = new StepSpec.Filter(OK);
    private final StepSpec counting = operator("Counting", Options.NONE);
    private final StepSpec sink = sink("out");

    private static StepSpec operator(String className, Options config) {
        return new StepSpec.UserOperator(className, config, List.of(0));
    }

    private static StepSpec sink(String name) {
        return new StepSpec.Sink(name, "file", Options.NONE, "json", Options.NONE, Guarantee.EXACTLY_ONCE);
    }

    private static StepSpec alert(long forMs, List<Integer> keys) {
        return new StepSpec.Alert("a", keys, OK, forMs, 0, "page", ID, -1);
    }

    private static StagePlan stage(int id, String uid, int slots, StageInput input, StepSpec... specs) {
        List<Step> steps = new ArrayList<>();
        for (StepSpec spec : specs) {
            List<Step.Upstream> from = List.of(new Step.Upstream.FromPort(0, Step.Tag.MAIN));
            steps.add(new Step(steps.size(), "entry" + steps.size(), from, ROW, ROW, spec));
        }
        return new StagePlan(id, uid, uid, slots, input, steps);
    }

    private static StageInput source(String path) {
        Options options = Options.NONE.with("path", path);
        return new StageInput.Source(
                "events", "file", options, "json", Options.NONE, ROW, new EventTime.None(), true, false);
    }

    private static StageInput inbox(int from, RowType type) {
        return new StageInput.Inbox(List.of(new StageInput.Port(from, type)));
    }

    private static StepSpec send(int to) {
        return new StepSpec.Send(to, 0, new StepSpec.Partitioning.ByKey(List.of(ID)));
    }

    /** A source, and a stage with these steps. */
    private static Pipeline plan(StepSpec... steps) {
        return new Pipeline(
                "p", List.of(stage(0, "in", 2, source("a"), send(1)), stage(1, "out", 4, inbox(0, ROW), steps)));
    }

    private static List<Kind> kinds(Pipeline before, Pipeline after) {
        return PlanDiff.between(before, after).stream().map(StageChange::kind).toList();
    }

    @Test
    void nothingChanges() {
        assertThat(kinds(plan(filter, counting, sink), plan(filter, counting, sink)))
                .containsExactly(Kind.KEPT, Kind.KEPT);
    }

    @Test
    void otherStepsWithoutState() {
        StepSpec other = new StepSpec.Filter(new Expr.ColumnRef(1, Scalar.BOOLEAN, false));
        assertThat(kinds(plan(filter, counting, sink), plan(other, counting, sink)))
                .containsExactly(Kind.KEPT, Kind.RESTARTED);
        assertThat(kinds(plan(counting, sink), plan(counting, sink, sink("more"))))
                .containsExactly(Kind.KEPT, Kind.RESTARTED);
        assertThat(kinds(plan(alert(0, List.of(0)), sink), plan(alert(60_000, List.of(0)), sink)))
                .as("state of an alert outlives another duration")
                .containsExactly(Kind.KEPT, Kind.RESTARTED);
        assertThat(kinds(plan(counting, sink), plan(operator("Counting", Options.NONE.with("limit", 3)), sink)))
                .containsExactly(Kind.KEPT, Kind.RESTARTED);
    }

    @Test
    void aStepBeforeTheStateMovesIt() {
        assertThat(kinds(plan(counting, sink), plan(filter, counting, sink))).containsExactly(Kind.KEPT, Kind.MIGRATED);
        assertThat(kinds(plan(sink), plan(filter, sink)))
                .as("what a sink has published keeps its name")
                .containsExactly(Kind.KEPT, Kind.MIGRATED);
    }

    @Test
    void stateThatMeansSomethingElseIsRebuilt() {
        assertThat(kinds(plan(counting, sink), plan(operator("Other", Options.NONE), sink)))
                .containsExactly(Kind.KEPT, Kind.REBUILT);
        assertThat(kinds(plan(alert(0, List.of(0)), sink), plan(alert(0, List.of(0, 1)), sink)))
                .containsExactly(Kind.KEPT, Kind.REBUILT);
        assertThat(kinds(plan(counting, sink), plan(counting, counting, sink)))
                .containsExactly(Kind.KEPT, Kind.REBUILT);
        StepSpec resolving = new StepSpec.Alert("a", List.of(0), OK, 0, 60_000, "page", ID, -1);
        assertThat(kinds(plan(alert(0, List.of(0)), sink), plan(resolving, sink)))
                .as("of its keys it has nothing that would resolve")
                .containsExactly(Kind.KEPT, Kind.REBUILT);
        Pipeline before = plan(counting, sink);
        Pipeline otherSource = new Pipeline("p", List.of(stage(0, "in", 2, source("b"), send(1)), before.stage(1)));
        assertThat(kinds(before, otherSource)).containsExactly(Kind.REBUILT, Kind.KEPT);
    }

    @Test
    void otherColumnsInTheInboxOfAStageWithState() {
        RowType wide = RowType.of(Column.required("id", Scalar.BIGINT), Column.of("more", Scalar.DATE));
        Pipeline before = plan(counting, sink);
        Pipeline after =
                new Pipeline("p", List.of(before.stage(0), stage(1, "out", 4, inbox(0, wide), counting, sink)));
        assertThat(kinds(before, after)).containsExactly(Kind.KEPT, Kind.REBUILT);
        Pipeline stateless = new Pipeline("p", List.of(before.stage(0), stage(1, "out", 4, inbox(0, wide), sink)));
        assertThat(kinds(plan(sink), stateless)).containsExactly(Kind.KEPT, Kind.RESTARTED);
    }

    @Test
    void otherNumbersOfSlotsAreRefused() {
        Pipeline before = plan(counting, sink);
        Pipeline after = new Pipeline("p", List.of(before.stage(0), stage(1, "out", 8, inbox(0, ROW), counting, sink)));
        List<StageChange> changes = PlanDiff.between(before, after);
        assertThat(changes.get(0).kind()).as("its sender must know").isEqualTo(Kind.RESTARTED);
        assertThat(changes.get(1).kind()).isEqualTo(Kind.REFUSED);
        assertThat(changes.get(1).reason()).contains("4 slots and would have 8").contains("another uid");
    }

    @Test
    void stagesComeAndGoAndIdsDoNotMatter() {
        Pipeline before = plan(counting, sink);
        Pipeline after = new Pipeline(
                "p",
                List.of(
                        stage(0, "new", 2, source("c"), send(2)),
                        stage(1, "in", 2, source("a"), send(2)),
                        stage(2, "out", 4, inbox(1, ROW), counting, sink)));
        assertThat(kinds(before, after)).containsExactly(Kind.ADDED, Kind.KEPT, Kind.KEPT);
        assertThat(kinds(after, before)).containsExactly(Kind.KEPT, Kind.KEPT, Kind.REMOVED);
        Pipeline nothing = new Pipeline("p", List.of());
        assertThat(kinds(nothing, before)).containsExactly(Kind.ADDED, Kind.ADDED);
    }

    @Test
    void aStageThatReadASourceCannotReadAnInbox() {
        Pipeline before = plan(counting, sink);
        Pipeline after = new Pipeline("p", List.of(before.stage(0), stage(1, "out", 4, source("x"), counting, sink)));
        assertThat(kinds(before, after).get(1)).isEqualTo(Kind.REFUSED);
    }
}
