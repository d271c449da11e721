package io.weirflow.worker.operators;

import static io.weirflow.testkit.operator.Emitted.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.connector.Options;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.Output;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.testkit.operator.Emitted;
import io.weirflow.testkit.operator.OperatorKit;
import io.weirflow.worker.codegen.ExpressionCompiler;
import java.util.List;
import org.junit.jupiter.api.Test;

public final class OperatorFactoryTest {

    private static final long ROOMY_BYTES = 48L << 20;

    private static final RowType TYPE = WindowFixture.INPUT;
    private static final RowType RATIO = RowType.of(Column.of("ratio", Scalar.BIGINT));
    private static final StepSpec.Filter FILTER =
            new StepSpec.Filter(WindowFixture.call(Function.LT, WindowFixture.V, Expr.Literal.of(10)));
    private static final StepSpec.Project PROJECT = new StepSpec.Project(new Projection(
            List.of("ratio"), List.of(WindowFixture.call(Function.DIVIDE, Expr.Literal.of(12), WindowFixture.V))));

    private final OperatorFactory factory =
            new OperatorFactory(new ExpressionCompiler(), OperatorFactoryTest.class.getClassLoader(), ROOMY_BYTES);

    @Test
    void aFilterKeepsWhatIsTrue() {
        OperatorKit.of(() -> factory.create(step(FILTER, TYPE)), TYPE, TYPE)
                .row(1, "a", 3L)
                .row(2, "a", 30L)
                .row(3, "a", null)
                .expect(result(1, "a", 3L));
    }

    @Test
    void aProjectionKeepsTheEventTimeAndSendsBadRowsToTheErrors() {
        List<Emitted> emitted = OperatorKit.of(() -> factory.create(step(PROJECT, RATIO)), TYPE, RATIO)
                .row(1, "a", 3L)
                .row(2, "a", 0L)
                .row(3, "a", null)
                .run()
                .emitted();
        assertThat(emitted).hasSize(3);
        assertThat(emitted.get(0)).isEqualTo(result(1, 4L));
        assertThat(emitted.get(1)).isInstanceOf(Emitted.Failure.class);
        assertThat(emitted.get(2)).isEqualTo(result(3, (Object) null));
    }

    @Test
    void aUsersOperatorIsMadeByName() {
        StepSpec.UserOperator user = new StepSpec.UserOperator(Plain.class.getName(), Options.NONE, List.of());
        OperatorKit.of(() -> factory.create(step(user, TYPE)), TYPE, TYPE)
                .row(1, "a", 3L)
                .expect(result(1, "a", 3L));
    }

    @Test
    void aUsersClassThatCannotBeUsedIsExplained() {
        assertRefused("com.example.Missing", "not on the plug-in path");
        assertRefused(String.class.getName(), "does not implement");
        assertRefused(WithParameter.class.getName(), "no public constructor without parameters");
        assertRefused(Failing.class.getName(), "no licence");
        assertRefused(Unfinished.class.getName(), "abstract");
        assertRefused(Hidden.class.getName(), "not public");
    }

    private void assertRefused(String className, String message) {
        Step step = step(new StepSpec.UserOperator(className, Options.NONE, List.of()), TYPE);
        assertThatThrownBy(() -> factory.create(step))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(className)
                .hasMessageContaining("'entry'")
                .hasMessageContaining(message);
    }

    @Test
    void stepsThatLeaveTheStageAreNoOperators() {
        Step send = step(new StepSpec.Send(1, 0, new StepSpec.Partitioning.Forward()), TYPE);
        assertThatThrownBy(() -> factory.create(send))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'entry'");
    }

    private static Step step(StepSpec spec, RowType rowType) {
        return WindowFixture.step(spec, TYPE, rowType);
    }

    /** Passes rows on. */
    public static class Plain implements Operator {
        public Plain() {}

        @Override
        public void process(Row row, long eventTimeMs, Output out) {
            out.emit(row, eventTimeMs);
        }
    }

    public static final class WithParameter extends Plain {
        @SuppressWarnings("unused")
        public WithParameter(String parameter) {}
    }

    public static final class Failing extends Plain {
        public Failing() {
            throw new UnsupportedOperationException("no licence");
        }
    }

    public abstract static class Unfinished extends Plain {
        @SuppressWarnings("ClassCanBeStatic")
        public Unfinished() {}
    }

    static final class Hidden extends Plain {
        public Hidden() {}
    }
}
