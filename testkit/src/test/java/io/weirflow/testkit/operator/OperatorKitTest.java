package io.weirflow.testkit.operator;

import static io.weirflow.testkit.operator.Emitted.error;
import static io.weirflow.testkit.operator.Emitted.late;
import static io.weirflow.testkit.operator.Emitted.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OperatorKitTest {

    private static final RowType TYPE =
            RowType.of(Column.required("account", Scalar.VARCHAR), Column.required("amount", Scalar.BIGINT));

    @Test
    void runsAKeyedOperatorWithTimersLateRowsAndErrors() {
        OperatorKit.Outcome outcome = kit(Total::new)
                .row(10, "a", 5L)
                .row(11, "b", 1L)
                .row(20, "a", 7L)
                .row(21, "a", -1L)
                .watermark(15)
                .row(5, "a", 2L)
                .end()
                .run();
        assertThat(outcome.emitted())
                .containsExactly(
                        result(10, "a", 5L),
                        result(11, "b", 1L),
                        result(20, "a", 12L),
                        error("negative"),
                        result(11, "timer", 1L),
                        late(5, "a", 2L),
                        result(20, "timer", 12L));
        assertThat(outcome.stateEntries()).isEqualTo(2);
    }

    @Test
    void whatIsExpectedIsCompared() {
        assertThatThrownBy(() -> kit(Total::new).row(10, "a", 5L).expect(result(10, "a", 6L)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("6");
    }

    @Test
    void findsStateInAField() {
        assertFails(kit(InAField::new).row(1, "a", 1L).row(2, "a", 1L), "restored after each event");
    }

    @Test
    void findsAPlaceThatIsLostWithoutRoom() {
        assertFails(
                kit(Forgetful::new)
                        .row(1, "a", 1L)
                        .row(1, "b", 1L)
                        .row(1, "c", 1L)
                        .end(),
                "refuses");
    }

    @Test
    void findsAnOperatorThatStopsForNothing() {
        assertFails(kit(Idle::new).end(), "had room");
    }

    @Test
    void findsARowThatIsKept() {
        assertFails(kit(Keeper::new).row(1, "a", 1L).end(), "NULL");
    }

    @Test
    void findsRowsThatAreEmittedAndThenRefused() {
        assertFails(kit(Indecisive::new).row(1, "a", 1L), "refused");
    }

    private static OperatorKit kit(Supplier<Operator> factory) {
        return OperatorKit.of(factory, TYPE, TYPE).keyBy("account");
    }

    private static void assertFails(OperatorKit kit, String message) {
        assertThatThrownBy(kit::run).isInstanceOf(AssertionError.class).hasMessageContaining(message);
    }

    /** A running total of each account, told again by a timer. */
    private static final class Total implements Operator {
        private @Nullable OperatorContext context;
        private @Nullable ValueState total;

        @Override
        public void open(OperatorContext newContext) {
            context = newContext;
            total = newContext.value("total", Scalar.BIGINT);
        }

        @Override
        public void process(Row row, long eventTimeMs, Output out) throws RowException {
            OperatorContext opened = Objects.requireNonNull(context);
            ValueState sum = Objects.requireNonNull(total);
            if (row.getLong(1) < 0) {
                throw new RowException("negative");
            }
            if (eventTimeMs <= opened.watermarkMs()) {
                out.emitLate(row, eventTimeMs);
                return;
            }
            if (sum.get() != null) {
                opened.timers().remove(10);
            }
            sum.set(sum.getLong(0) + row.getLong(1));
            opened.timers().set(eventTimeMs);
            out.emit(MutableRow.of(TYPE, row.getString(0), sum.get()), eventTimeMs);
        }

        @Override
        public void onTimer(long timeMs, Output out) {
            out.emit(MutableRow.of(TYPE, "timer", Objects.requireNonNull(total).get()), timeMs);
        }
    }

    private static final class InAField implements Operator {
        private long count;

        @Override
        public void process(Row row, long eventTimeMs, Output out) {
            out.emit(MutableRow.of(TYPE, row.getString(0), ++count), eventTimeMs);
        }
    }

    private static class Keeper implements Operator {
        final List<Row> rows = new ArrayList<>();

        @Override
        public void process(Row row, long eventTimeMs, Output out) {
            rows.add(row);
        }

        @Override
        public boolean advance(long watermarkMs, Output out) {
            rows.forEach(row -> out.emit(row, 0));
            rows.clear();
            return true;
        }
    }

    private static final class Forgetful implements Operator {
        @Override
        public void process(Row row, long eventTimeMs, Output out) {}

        @Override
        public boolean advance(long watermarkMs, Output out) {
            for (long i = 0; i < 3; i++) {
                if (!out.hasRoom()) {
                    return true;
                }
                out.emit(MutableRow.of(TYPE, "a", i), 0);
            }
            return true;
        }
    }

    private static final class Idle implements Operator {
        @Override
        public void process(Row row, long eventTimeMs, Output out) {}

        @Override
        public boolean advance(long watermarkMs, Output out) {
            return false;
        }
    }

    private static final class Indecisive implements Operator {
        @Override
        public void process(Row row, long eventTimeMs, Output out) throws RowException {
            out.emit(row, eventTimeMs);
            throw new RowException("no");
        }
    }
}
