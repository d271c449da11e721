package io.weirflow.worker.operators;

import static io.weirflow.testkit.operator.Emitted.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Expr.ColumnRef;
import io.weirflow.api.expr.Function;
import io.weirflow.api.operator.Operator;
import io.weirflow.api.pipeline.StepSpec.Alert;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.testkit.operator.Emitted;
import io.weirflow.testkit.operator.OperatorKit;
import io.weirflow.worker.codegen.ExpressionCompiler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Times are in minutes. */
final class AlertOperatorTest {

    private static final long MINUTE = 60_000;

    private static final RowType RATES = RowType.of(
            Column.of("host", Scalar.VARCHAR),
            Column.required("window_start", Scalar.TIMESTAMP),
            Column.required("window_end", Scalar.TIMESTAMP),
            Column.of("errors", Scalar.BIGINT));
    private static final ColumnRef HOST = new ColumnRef(0, Scalar.VARCHAR, true);
    private static final ColumnRef ERRORS = new ColumnRef(3, Scalar.BIGINT, true);

    @Test
    void pagesOnceAfterTwoBadMinutes() {
        assertThat(new Minutes(2, 5)
                        .minute(0, "a", 60)
                        .minute(1, "a", 60)
                        .watermark(5)
                        .minute(5, "b", 1)
                        .changes(true))
                .containsExactly("a FIRING since 0 at 2 errors 60");
    }

    @Test
    void holdsRowAfterRow() {
        assertThat(new Minutes(2, 5)
                        .minute(0, "a", 60)
                        .minute(1, "a", 50)
                        .minute(2, "a", 60)
                        .watermark(3)
                        .minute(3, "a", 70)
                        .minute(4, "a", 80)
                        .changes(true))
                .containsExactly("a FIRING since 2 at 4 errors 70");
    }

    @Test
    void firesAtOnceWithoutFor() {
        assertThat(new Minutes(0, 5).minute(0, "a", 60).minute(1, "a", 60).changes(true))
                .containsExactly("a FIRING since 0 at 1 errors 60");
    }

    @Test
    void resolvesWhenNoTrueRowComes() {
        assertThat(new Minutes(1, 5)
                        .minute(0, "a", 60)
                        .minute(0, "b", 60)
                        .minute(1, "a", 61)
                        .minute(2, "a", 1)
                        .watermark(6)
                        .minute(6, "b", 1)
                        .watermark(7)
                        .minute(8, "a", 62)
                        .changes(true))
                .containsExactly(
                        "a FIRING since 0 at 1 errors 60",
                        "b FIRING since 0 at 1 errors 60",
                        "b RESOLVED since 0 at 6 errors 60",
                        "a RESOLVED since 0 at 7 errors 61",
                        "a FIRING since 8 at 9 errors 62");
    }

    @Test
    void doesNotDependOnHowOftenWatermarksCome() {
        List<String> often = scenario(true).changes(true);
        assertThat(often)
                .containsExactly(
                        "a FIRING since 0 at 2 errors 60",
                        "a RESOLVED since 0 at 7 errors 60",
                        "a FIRING since 8 at 10 errors 60");
        assertThat(scenario(false).changes(true)).isEqualTo(often);
    }

    private static Minutes scenario(boolean often) {
        Minutes scenario = new Minutes(2, 5);
        for (int minute : new int[] {0, 1, 8, 9, 13}) {
            scenario.minute(minute, "a", 60);
            if (often) {
                scenario.watermark(minute + 1);
            }
        }
        return scenario.watermark(14);
    }

    @Test
    void aPendingAlertIsForgottenAfterAPause() {
        assertThat(new Minutes(10, 2)
                        .minute(0, "a", 60)
                        .watermark(3)
                        .minute(9, "a", 60)
                        .minute(20, "a", 60)
                        .watermark(40)
                        .changes(false))
                .isEmpty();
    }

    @Test
    void withoutResolveAfterTheFirstFalseRowResolves() {
        assertThat(new Minutes(1, 0)
                        .minute(0, "a", 60)
                        .watermark(1000)
                        .minute(1001, "a", 60)
                        .minute(1002, "a", null)
                        .minute(1003, "a", 1)
                        .changes(true))
                .containsExactly("a FIRING since 0 at 1 errors 60", "a RESOLVED since 0 at 1003 errors 60");
    }

    @Test
    void theEndOfTheInputResolvesNothing() {
        assertThat(new Minutes(1, 5).minute(0, "a", 60).changes(true))
                .containsExactly("a FIRING since 0 at 1 errors 60");
    }

    @Test
    void rowsOutOfOrderCountInTheOrderOfTheInbox() {
        assertThat(new Minutes(3, 5)
                        .minute(4, "a", 60)
                        .minute(2, "a", 61)
                        .minute(5, "a", 62)
                        .minute(3, "a", 63)
                        .minute(6, "a", 64)
                        .changes(true))
                .containsExactly("a FIRING since 4 at 7 errors 64");
        assertThat(new Minutes(2, 5)
                        .minute(4, "a", 60)
                        .minute(2, "a", 1)
                        .minute(5, "a", 62)
                        .changes(true))
                .isEmpty();
    }

    @Test
    void anOlderRowDoesNotMoveTheEndBack() {
        assertThat(new Minutes(0, 5)
                        .minute(4, "a", 60)
                        .minute(2, "a", 61)
                        .watermark(9)
                        .watermark(10)
                        .changes(true))
                .containsExactly("a FIRING since 4 at 5 errors 60", "a RESOLVED since 4 at 10 errors 61");
    }

    @Test
    void aRowThatIsNoWindowIsAMoment() {
        Alert alert = alert(2 * MINUTE, 0, -1);
        List<Emitted> emitted = kit(alert)
                .row(0, "a", 0L, 0L, 60L)
                .row(2 * MINUTE - 1, "a", 0L, 0L, 60L)
                .row(2 * MINUTE, "a", 0L, 0L, 60L)
                .row(3 * MINUTE, "a", 0L, 0L, 1L)
                .run()
                .emitted();
        assertThat(describe(emitted))
                .containsExactly("a FIRING since 0 at 2 errors 60", "a RESOLVED since 0 at 3 errors 60");
    }

    @Test
    void theRowSaysWhatThePlanPromises() {
        Emitted.Result firing = (Emitted.Result) kit(alert(0, 0, 1))
                .row(MINUTE - 1, "a", 0L, MINUTE, 60L)
                .run()
                .emitted()
                .get(0);
        assertThat(firing.timeMs()).isEqualTo(MINUTE);
        assertThat(firing.values().subList(1, 11))
                .containsExactly("too_many", "a", "FIRING", 0L, MINUTE, "page", "a: too many", 0L, MINUTE, 60L);
        assertThat((String) firing.values().get(0)).matches("[0-9a-f]{16}");
    }

    @Test
    void theIdIsThatOfOneAlertFromFiringToResolved() {
        List<String> ids = new ArrayList<>();
        for (Emitted one : new Minutes(0, 0)
                .minute(0, "a", 60)
                .minute(0, "b", 60)
                .minute(1, "a", 1)
                .minute(2, "a", 60)
                .emitted()) {
            ids.add((String) ((Emitted.Result) one).values().get(0));
        }
        assertThat(ids).hasSize(4);
        assertThat(ids.get(2)).isEqualTo(ids.get(0));
        assertThat(List.of(ids.get(0), ids.get(1), ids.get(3))).doesNotHaveDuplicates();
    }

    @Test
    void aConditionThatCannotBeEvaluatedChangesNothing() {
        Alert bad = new Alert(
                "too_many",
                List.of(0),
                WindowFixture.call(Function.GT, divide(Expr.Literal.of(1200), ERRORS), Expr.Literal.of(10)),
                2 * MINUTE,
                0,
                "page",
                HOST,
                1);
        List<Emitted> emitted = kit(bad).row(MINUTE - 1, "a", 0L, MINUTE, 60L)
                .row(MINUTE - 1, "a", 0L, MINUTE, 0L)
                .row(2 * MINUTE - 1, "a", MINUTE, 2 * MINUTE, 60L)
                .run()
                .emitted();
        assertThat(emitted).hasSize(2);
        assertThat(emitted.get(0)).isInstanceOf(Emitted.Failure.class).isNotEqualTo(error("null"));
        assertThat(describe(emitted.subList(1, 2))).containsExactly("a FIRING since 0 at 2 errors 60");
    }

    private static Expr divide(Expr a, Expr b) {
        return WindowFixture.call(Function.DIVIDE, a, b);
    }

    @Test
    void aPlanWithOtherColumnsIsRefused() {
        OperatorKit kit = OperatorKit.of(() -> operator(alert(0, 0, 1)), RATES, RATES);
        assertThatThrownBy(kit::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("too_many")
                .hasMessageContaining("alert_id VARCHAR");
    }

    private static Alert alert(long forMs, long resolveAfterMs, int spanStartColumn) {
        Expr summary =
                new Expr.Call(Function.CONCAT, List.of(HOST, Expr.Literal.of(": too many")), Scalar.VARCHAR, true);
        Expr when = WindowFixture.call(Function.GT, ERRORS, Expr.Literal.of(50));
        return new Alert("too_many", List.of(0), when, forMs, resolveAfterMs, "page", summary, spanStartColumn);
    }

    private static OperatorKit kit(Alert alert) {
        return OperatorKit.of(() -> operator(alert), RATES, AlertRows.rowType(alert, RATES));
    }

    private static Operator operator(Alert alert) {
        return new OperatorFactory(new ExpressionCompiler(), AlertOperatorTest.class.getClassLoader(), 0)
                .create(WindowFixture.step(alert, RATES, AlertRows.rowType(alert, RATES)));
    }

    private static List<String> describe(List<Emitted> emitted) {
        List<String> lines = new ArrayList<>();
        for (Emitted one : emitted) {
            List<?> values = ((Emitted.Result) one).values();
            lines.add(values.get(2) + " " + values.get(3) + " since " + minutes(values.get(4)) + " at "
                    + minutes(values.get(5)) + " errors " + values.get(10));
            assertThat(((Emitted.Result) one).timeMs()).isEqualTo(values.get(5));
        }
        return lines;
    }

    private static long minutes(@Nullable Object timeMs) {
        assertThat((Long) timeMs).isNotNull();
        assertThat((Long) timeMs % MINUTE).isZero();
        return (Long) timeMs / MINUTE;
    }

    /** Windows of a minute. */
    private static final class Minutes {
        private final OperatorKit kit;

        Minutes(long forMinutes, long resolveAfterMinutes) {
            kit = kit(alert(forMinutes * MINUTE, resolveAfterMinutes * MINUTE, 1));
        }

        Minutes minute(long start, String host, @Nullable Integer errors) {
            long startMs = start * MINUTE;
            Long count = errors == null ? null : Long.valueOf(errors);
            kit.row(startMs + MINUTE - 1, host, startMs, startMs + MINUTE, count);
            return this;
        }

        Minutes watermark(long minute) {
            kit.watermark(minute * MINUTE);
            return this;
        }

        List<Emitted> emitted() {
            return kit.run().emitted();
        }

        List<String> changes(boolean end) {
            return describe((end ? kit.end() : kit).run().emitted());
        }
    }
}
