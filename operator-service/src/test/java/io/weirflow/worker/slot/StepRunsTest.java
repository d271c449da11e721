package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.Options;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.worker.codegen.ChainCompiler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StepRunsTest {

    private static final RowType TYPE = RowType.of(Column.required("n", Scalar.BIGINT));
    private static final Expr N = new Expr.ColumnRef(0, Scalar.BIGINT, false);
    private static final Upstream PORT = new Upstream.FromPort(0, Tag.MAIN);
    private static final StepSpec FILTER = filter(N);
    private static final StepSpec PROJECT = new StepSpec.Project(new Projection(List.of("n"), List.of(N)));
    private static final StepSpec USERS = new StepSpec.UserOperator("some.Class", Options.NONE, List.of());
    private static final StepSpec SEND = new StepSpec.Send(1, 0, new StepSpec.Partitioning.Forward());

    private final List<Step> steps = new ArrayList<>();

    private static StepSpec filter(Expr number) {
        return new StepSpec.Filter(
                new Expr.Call(Function.NE, List.of(number, Expr.Literal.of(0)), Scalar.BOOLEAN, false));
    }

    private static Upstream of(int step) {
        return new Upstream.FromStep(step, Tag.MAIN);
    }

    private void step(StepSpec spec, Upstream... inputs) {
        steps.add(new Step(steps.size(), "entry", List.of(inputs), TYPE, TYPE, spec));
    }

    private List<List<Integer>> runs() {
        StageInput inbox = new StageInput.Inbox(List.of(new StageInput.Port(0, TYPE), new StageInput.Port(0, TYPE)));
        return StepRuns.of(new StagePlan(0, "stage", "stage", 1, inbox, steps), new ChainCompiler()).stream()
                .map(run -> run.steps().stream().map(Step::id).toList())
                .toList();
    }

    @Test
    void consecutiveStepsWithoutStateAreOne() {
        step(FILTER, PORT);
        step(PROJECT, of(0));
        step(FILTER, of(1));
        step(SEND, of(2));
        assertThat(runs()).containsExactly(List.of(0, 1, 2));
    }

    @Test
    void whatKeepsStateDividesThem() {
        step(FILTER, PORT);
        step(USERS, of(0));
        step(PROJECT, of(1));
        assertThat(runs()).containsExactly(List.of(0), List.of(2));
    }

    @Test
    void resultsThatSeveralReadEndARun() {
        step(FILTER, PORT);
        step(PROJECT, of(0));
        step(FILTER, of(0));
        step(FILTER, of(2));
        assertThat(runs()).containsExactly(List.of(0), List.of(1), List.of(2, 3));
    }

    @Test
    void aStepThatReadsMoreThanOneBeginsARun() {
        step(FILTER, PORT);
        step(PROJECT, of(0), new Upstream.FromPort(1, Tag.MAIN));
        step(FILTER, of(1));
        assertThat(runs()).containsExactly(List.of(0), List.of(1, 2));
    }

    @Test
    void errorsAndLateRowsAreNoResults() {
        step(USERS, PORT);
        step(FILTER, new Upstream.FromStep(0, Tag.LATE));
        step(FILTER, of(1));
        step(SEND, new Upstream.FromStep(1, Tag.ERRORS));
        assertThat(runs()).containsExactly(List.of(1, 2));
    }

    @Test
    void whatIsTooLargeTogetherIsDivided() {
        Expr sum = N;
        for (int i = 0; i < 80; i++) {
            sum = new Expr.Call(Function.PLUS, List.of(sum, N), Scalar.BIGINT, false);
        }
        for (int i = 0; i < 8; i++) {
            step(filter(sum), i == 0 ? PORT : of(i - 1));
        }
        assertThat(runs()).hasSizeGreaterThan(1);
        assertThat(runs().stream().flatMap(List::stream)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void aStepThatIsTooLargeAloneIsLeftOut() {
        Expr sum = N;
        for (int i = 0; i < 2_000; i++) {
            sum = new Expr.Call(Function.PLUS, List.of(sum, N), Scalar.BIGINT, false);
        }
        step(FILTER, PORT);
        step(filter(sum), of(0));
        step(FILTER, of(1));
        assertThat(runs()).containsExactly(List.of(0), List.of(2));
    }
}
