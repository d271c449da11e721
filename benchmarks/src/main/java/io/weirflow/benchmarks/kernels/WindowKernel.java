package io.weirflow.benchmarks.kernels;

import io.weirflow.api.connector.Options;
import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.state.StateTable;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.benchmarks.data.Bids;
import io.weirflow.state.HeapBackend;
import io.weirflow.state.KeyedOperatorState;
import io.weirflow.state.SlotStore;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.operators.OperatorFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A row into a tumbling window that stays open: a count per auction. */
@State(Scope.Thread)
public class WindowKernel {

    private static final long CACHE_BYTES = 64L << 20;

    private final Operator windows;
    private final MutableRow[] rows;
    private final Output out = new Nowhere();
    private int next;

    public WindowKernel() {
        Step step = Plans.step("tumbling", StepSpec.WindowAggregate.class);
        rows = Rows.of(step.inputType());
        windows = new OperatorFactory(new ExpressionCompiler(), WindowKernel.class.getClassLoader(), CACHE_BYTES)
                .create(step);
        windows.open(new Context(step, new KeyedOperatorState(SlotStore.open(new HeapBackend()), 0)));
    }

    /** Adds one row. */
    @Benchmark
    public void add() throws RowException {
        windows.process(rows[next++ & (Plans.ROWS - 1)], Bids.START_MS, out);
    }

    /** A slot without a log. */
    private record Context(Step step, KeyedOperatorState state) implements OperatorContext {

        @Override
        public RowType inputType() {
            return step.inputType();
        }

        @Override
        public RowType outputType() {
            return step.rowType();
        }

        @Override
        public Options config() {
            return Options.NONE;
        }

        @Override
        public ValueState value(String name, DataType type) {
            return state.value(name, type);
        }

        @Override
        public StateTable table(String name) {
            return state.table(name);
        }

        @Override
        public Timers timers() {
            return state.timers();
        }

        @Override
        public long watermarkMs() {
            return Long.MIN_VALUE;
        }

        @Override
        public long random() {
            return 0;
        }
    }

    /** Nothing is emitted as long as the window is open. */
    private static final class Nowhere implements Output {

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void emit(Row row, long eventTimeMs) {
            throw new IllegalStateException("a window that is open gave a result");
        }

        @Override
        public void emitLate(Row row, long eventTimeMs) {
            throw new IllegalStateException("a row came late");
        }

        @Override
        public void emitError(String rawJson, String reason) {
            throw new IllegalStateException(reason);
        }
    }
}
