package io.weirflow.worker.operators;

import static io.weirflow.testkit.operator.Emitted.error;
import static io.weirflow.testkit.operator.Emitted.late;
import static io.weirflow.testkit.operator.Emitted.result;
import static io.weirflow.worker.operators.WindowFixture.bigint;
import static io.weirflow.worker.operators.WindowFixture.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.StepSpec.WindowAggregate;
import io.weirflow.api.pipeline.Window;
import io.weirflow.testkit.operator.Emitted;
import io.weirflow.testkit.operator.OperatorKit;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WindowAggregateOperatorTest {

    @Test
    void tumblingWindowsFireInTheOrderOfEndAndKey() {
        WindowFixture.tumbling(10)
                .kit()
                .row(12, "b", 1L)
                .row(3, "b", 2L)
                .row(9, "a", 3L)
                .row(0, "b", null)
                .watermark(8)
                .row(4, null, 4L)
                .watermark(9)
                .row(19, "b", 5L)
                .watermark(18)
                .end()
                .expect(
                        result(9, "a", 0L, 10L, 1L, 3L, 3L, 3L),
                        result(9, "b", 0L, 10L, 2L, 2L, 2L, 2L),
                        result(9, null, 0L, 10L, 1L, 4L, 4L, 4L),
                        result(19, "b", 10L, 20L, 2L, 6L, 1L, 5L));
    }

    @Test
    void aRowBehindItsWindowIsLate() {
        OperatorKit.Outcome outcome = WindowFixture.tumbling(10)
                .kit()
                .row(5, "a", 1L)
                .watermark(9)
                .row(9, "a", 2L)
                .row(10, "a", 3L)
                .watermark(30)
                .row(3, "b", 4L)
                .end()
                .row(1_000, "a", 5L)
                .run();
        assertThat(outcome.emitted())
                .containsExactly(
                        result(9, "a", 0L, 10L, 1L, 1L, 1L, 1L),
                        late(9, "a", 2L),
                        result(19, "a", 10L, 20L, 1L, 3L, 3L, 3L),
                        late(3, "b", 4L),
                        late(1_000, "a", 5L));
        assertThat(outcome.stateEntries()).as("only the progress is left").isEqualTo(1);
    }

    @Test
    void lateRowsWithinTheAllowedLatenessCorrect() {
        WindowFixture.tumbling(10)
                .lateness(5)
                .kit()
                .row(5, "a", 1L)
                .watermark(9)
                .row(6, "a", 2L)
                .row(7, "b", 3L)
                .watermark(13)
                .row(8, "a", 4L)
                .watermark(14)
                .row(8, "a", 5L)
                .end()
                .expect(
                        result(9, "a", 0L, 10L, 1L, 1L, 1L, 1L),
                        result(9, "a", 0L, 10L, 2L, 3L, 1L, 2L),
                        result(9, "b", 0L, 10L, 1L, 3L, 3L, 3L),
                        result(9, "a", 0L, 10L, 3L, 7L, 1L, 4L),
                        late(8, "a", 5L));
    }

    @Test
    void aRowGoesIntoTheHoppingWindowsThatAreOpen() {
        WindowFixture.of(new Window.Hopping(20, 10, 0, "UTC"))
                .kit()
                .row(5, "a", 1L)
                .watermark(9)
                .row(6, "a", 2L)
                .watermark(19)
                .row(15, "a", 4L)
                .row(9, "a", 8L)
                .end()
                .expect(
                        result(9, "a", -10L, 10L, 1L, 1L, 1L, 1L),
                        result(19, "a", 0L, 20L, 2L, 3L, 1L, 2L),
                        late(9, "a", 8L),
                        result(29, "a", 10L, 30L, 1L, 4L, 4L, 4L));
    }

    @Test
    void aLateRowCorrectsTheHoppingWindowsThatAreKept() {
        WindowFixture.of(new Window.Hopping(20, 10, 0, "UTC"))
                .lateness(5)
                .kit()
                .row(5, "a", 1L)
                .watermark(20)
                .row(5, "a", 2L)
                .row(15, "a", 4L)
                .end()
                .expect(
                        result(9, "a", -10L, 10L, 1L, 1L, 1L, 1L),
                        result(19, "a", 0L, 20L, 1L, 1L, 1L, 1L),
                        result(19, "a", 0L, 20L, 2L, 3L, 1L, 2L),
                        result(19, "a", 0L, 20L, 3L, 7L, 1L, 4L),
                        result(29, "a", 10L, 30L, 1L, 4L, 4L, 4L));
    }

    @Test
    void hoppingWindowsNeedNotBeMultiplesOfTheirStep() {
        WindowFixture.of(new Window.Hopping(5, 3, 0, "UTC"))
                .kit()
                .row(4, "a", 1L)
                .row(5, "a", 2L)
                .end()
                .expect(result(4, "a", 0L, 5L, 1L, 1L, 1L, 1L), result(7, "a", 3L, 8L, 2L, 3L, 1L, 2L));
    }

    @Test
    void cumulatingWindowsGrow() {
        WindowFixture.of(new Window.Cumulating(30, 10, 0, "UTC"))
                .kit()
                .row(25, "a", 1L)
                .row(5, "a", 2L)
                .row(35, "b", 4L)
                .end()
                .expect(
                        result(9, "a", 0L, 10L, 1L, 2L, 2L, 2L),
                        result(19, "a", 0L, 20L, 1L, 2L, 2L, 2L),
                        result(29, "a", 0L, 30L, 2L, 3L, 1L, 2L),
                        result(39, "b", 30L, 40L, 1L, 4L, 4L, 4L),
                        result(49, "b", 30L, 50L, 1L, 4L, 4L, 4L),
                        result(59, "b", 30L, 60L, 1L, 4L, 4L, 4L));
    }

    @Test
    void sessionsGrowMeetAndEnd() {
        WindowFixture.of(new Window.Session(10))
                .kit()
                .row(0, "a", 1L)
                .row(10, "a", 2L)
                .row(35, "a", 4L)
                .row(5, "b", 8L)
                .watermark(15)
                .row(25, "a", 16L)
                .watermark(20)
                .row(21, "a", 32L)
                .watermark(44)
                .row(45, "a", 64L)
                .end()
                .expect(
                        result(15, "b", 5L, 15L, 1L, 8L, 8L, 8L),
                        result(20, "a", 0L, 20L, 2L, 3L, 1L, 2L),
                        result(55, "a", 21L, 55L, 4L, 116L, 4L, 64L));
    }

    /** It is not late, whatever rows of other keys have said the time is: so the session cannot be over before. */
    @Test
    void aRowThatComesExactlyTheGapAfterTheLastBelongsToTheSession() {
        WindowFixture.of(new Window.Session(10))
                .kit()
                .row(0, "a", 1L)
                .watermark(9)
                .row(10, "a", 2L)
                .watermark(19)
                .watermark(20)
                .row(20, "a", 4L)
                .end()
                .expect(result(20, "a", 0L, 20L, 2L, 3L, 1L, 2L), result(30, "a", 20L, 30L, 1L, 4L, 4L, 4L));
    }

    @Test
    void twoSessionsOfAKeyFireInTheOrderOfEnd() {
        WindowFixture.of(new Window.Session(10))
                .kit()
                .row(0, "a", 1L)
                .row(100, "a", 2L)
                .row(50, "b", 4L)
                .row(51, "b", 4L)
                .row(-3, "a", 8L)
                .end()
                .expect(
                        result(10, "a", -3L, 10L, 2L, 9L, 1L, 8L),
                        result(61, "b", 50L, 61L, 2L, 8L, 4L, 4L),
                        result(110, "a", 100L, 110L, 1L, 2L, 2L, 2L));
    }

    @Test
    void lateRowsCorrectAndReopenSessionsThatAreKept() {
        OperatorKit.Outcome outcome = WindowFixture.of(new Window.Session(10))
                .lateness(30)
                .kit()
                .row(0, "a", 1L)
                .watermark(25)
                .row(3, "a", 2L)
                .row(13, "a", 4L)
                .row(23, "a", 8L)
                .row(1, "b", 16L)
                .watermark(33)
                .watermark(62)
                .row(20, "a", 32L)
                .watermark(63)
                .row(20, "a", 64L)
                .end()
                .run();
        assertThat(outcome.emitted())
                .containsExactly(
                        result(10, "a", 0L, 10L, 1L, 1L, 1L, 1L),
                        result(13, "a", 0L, 13L, 2L, 3L, 1L, 2L),
                        result(23, "a", 0L, 23L, 3L, 7L, 1L, 4L),
                        result(11, "b", 1L, 11L, 1L, 16L, 16L, 16L),
                        result(33, "a", 0L, 33L, 4L, 15L, 1L, 8L),
                        result(33, "a", 0L, 33L, 5L, 47L, 1L, 32L),
                        late(20, "a", 64L));
        assertThat(outcome.stateEntries()).isEqualTo(1);
    }

    @Test
    void countWindowsTakeRowsInTheirOrder() {
        WindowFixture.of(new Window.Count(2))
                .kit()
                .row(30, "a", 1L)
                .row(7, "b", 2L)
                .watermark(40)
                .row(20, "a", 4L)
                .row(EventTime.NONE_MS, "a", 8L)
                .row(EventTime.NONE_MS, "a", 16L)
                .end()
                .expect(
                        result(30, "a", null, null, 2L, 5L, 1L, 4L),
                        result(EventTime.NONE_MS, "a", null, null, 2L, 24L, 8L, 16L));
    }

    @Test
    void havingDropsResults() {
        WindowFixture.tumbling(10)
                .having(call(Function.GT, bigint(3), Expr.Literal.of(1)))
                .kit()
                .row(1, "a", 1L)
                .row(1, "b", 1L)
                .row(2, "b", 1L)
                .end()
                .expect(result(9, "b", 0L, 10L, 2L, 2L, 1L, 1L));
    }

    @Test
    void aResultThatCannotBeComputedGoesToTheErrors() {
        WindowAggregate spec = WindowFixture.tumbling(10).spec();
        Projection ratio =
                new Projection(List.of("ratio"), List.of(call(Function.DIVIDE, Expr.Literal.of(12), bigint(4))));
        WindowAggregate failing = new WindowAggregate(spec.keys(), spec.window(), spec.aggregates(), ratio, null, 0);
        List<Emitted> emitted = WindowFixture.tumbling(10)
                .kit(failing)
                .row(1, "a", 0L)
                .row(1, "b", 3L)
                .end()
                .run()
                .emitted();
        assertThat(emitted).hasSize(2).element(1).isEqualTo(result(9, 4L));
        assertThat(emitted.get(0).toString()).contains("zero");
    }

    @Test
    void aRowThatCannotBeAddedChangesNothing() {
        List<Emitted> emitted = WindowFixture.tumbling(10)
                .kit()
                .row(1, "a", Long.MAX_VALUE)
                .row(2, "a", 1L)
                .end()
                .run()
                .emitted();
        assertThat(emitted).hasSize(2);
        assertThat(emitted.get(0)).isInstanceOf(Emitted.Failure.class);
        assertThat(emitted.get(1))
                .isEqualTo(result(9, "a", 0L, 10L, 1L, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE));
        assertThat(WindowFixture.tumbling(10)
                        .kit()
                        .row(EventTime.NONE_MS, "a", 1L)
                        .row(Long.MAX_VALUE, "a", 1L)
                        .run()
                        .emitted())
                .containsExactly(
                        error("the row has no event time, which its window needs"),
                        error("the event time of " + Long.MAX_VALUE + " ms is out of range"));
    }

    @Test
    void windowsThatCannotBeAreRefused() {
        for (Window window : List.of(
                new Window.Tumbling(0, 0, "UTC"),
                new Window.Hopping(10, 11, 0, "UTC"),
                new Window.Cumulating(10, 3, 0, "UTC"),
                new Window.Session(0),
                new Window.Count(0))) {
            OperatorKit kit = WindowFixture.of(window).kit().end();
            assertThatThrownBy(kit::run).as("%s", window).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
