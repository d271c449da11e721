package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FusedNodeTest {

    private final List<StepMetrics> counts = List.of(new StepMetrics(), new StepMetrics(), new StepMetrics());
    private final List<Long> taken = new ArrayList<>();
    private final List<Long> stepByStep = new ArrayList<>();

    private static MutableRow row(long value) {
        MutableRow row = new MutableRow(1);
        row.setLong(0, value);
        return row;
    }

    /** A row of 0, 1, 2 passes so many steps; 3 passes all, and 4 fails. */
    private static int run(Row in, MutableRow out) throws RowException {
        long value = in.getLong(0);
        if (value == 4) {
            throw new RowException("four");
        }
        if (value == 3) {
            out.setLong(0, 30);
        }
        return (int) value;
    }

    private FusedNode node(int resultColumns) {
        FusedNode node = new FusedNode(
                resultColumns == 0 ? (in, out) -> (int) in.getLong(0) : FusedNodeTest::run,
                counts,
                resultColumns,
                (row, timeMs) -> stepByStep.add(row.getLong(0) * 1_000 + timeMs));
        node.connect(List.of((row, timeMs) -> taken.add(row.getLong(0) * 1_000 + timeMs)));
        return node;
    }

    @Test
    void handsOnWhatPassesAllSteps() {
        FusedNode node = node(1);
        for (long value = 0; value < 4; value++) {
            node.accept(row(value), 7);
        }
        assertThat(taken).containsExactly(30_007L);
        assertThat(stepByStep).isEmpty();
    }

    @Test
    void filtersAloneHandOnTheRowItself() {
        node(0).accept(row(3), 9);
        assertThat(taken).containsExactly(3_009L);
    }

    @Test
    void aRowThatFailsGoesStepByStepAndIsNotCounted() {
        FusedNode node = node(1);
        node.accept(row(4), 5);
        node.publish();
        assertThat(stepByStep).containsExactly(4_005L);
        assertThat(taken).isEmpty();
        assertThat(counts).allMatch(step -> step.rowsIn() == 0 && step.rowsOut() == 0);
    }

    @Test
    void countsAreThoseOfTheSingleSteps() {
        FusedNode node = node(1);
        for (int round = 0; round < 2; round++) {
            for (long value : new long[] {0, 0, 1, 2, 2, 2, 3}) {
                node.accept(row(value), 0);
            }
            node.publish();
        }
        node.publish();
        assertThat(counts.stream().map(StepMetrics::rowsIn)).containsExactly(14L, 10L, 8L);
        assertThat(counts.stream().map(StepMetrics::rowsOut)).containsExactly(10L, 8L, 2L);
    }
}
