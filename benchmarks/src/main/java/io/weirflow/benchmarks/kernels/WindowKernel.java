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
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.data.Bids;
import io.weirflow.state.Delta;
import io.weirflow.state.HeapBackend;
import io.weirflow.state.KeyedOperatorState;
import io.weirflow.state.SlotStore;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.operators.OperatorFactory;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One of four slots of the benchmarks' window pipelines: a row, with its share of watermarks, of the results that they make due and of
 * checkpoints.
 */
@State(Scope.Thread)
public class WindowKernel {

    private static final long CACHE_BYTES = 64L << 20;
    private static final int SLOTS = 4;
    private static final int ROWS = 1 << 18;
    private static final int ROWS_PER_SECOND = 100_000 / SLOTS;
    private static final int ROWS_PER_WATERMARK = 512;
    private static final byte[] PROGRESS = {};

    /** The pipeline: windows of 10 s with a count, such windows every 2 s with eight aggregates, or sessions with them. */
    @Param({"tumbling", "hopping", "sessions"})
    public String windows = "";

    /** Rows from one checkpoint to the next; 0 for none. */
    @Param({"0", "100000"})
    public int checkpointRows;

    private final Counting out = new Counting();
    private Operator operator = new Unopened();
    private SlotStore store = SlotStore.open(new HeapBackend());
    private MutableRow[] rows = {};
    private long next;

    @Setup
    public void open() {
        Step step = Plans.step(windows, StepSpec.WindowAggregate.class);
        rows = Rows.of(step.inputType(), bids(windows.equals("sessions") ? Bid::bidder : Bid::auction));
        operator = new OperatorFactory(new ExpressionCompiler(), WindowKernel.class.getClassLoader(), CACHE_BYTES)
                .create(step);
        operator.open(new Context(step, new KeyedOperatorState(store, 0)));
    }

    /** The bids of a quarter of the keys. */
    private static Bid[] bids(ToLongFunction<Bid> key) {
        Bids bids = new Bids(42, ROWS_PER_SECOND);
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(bids::bid)
                .filter(bid -> key.applyAsLong(bid) % SLOTS == 0)
                .limit(ROWS)
                .toArray(Bid[]::new);
    }

    /** Adds one row. */
    @Benchmark
    public void row() throws RowException {
        long number = next++;
        long timeMs = Bids.START_MS + number * 1_000 / ROWS_PER_SECOND;
        operator.process(rows[(int) number & (ROWS - 1)], timeMs, out);
        if (number % ROWS_PER_WATERMARK == 0) {
            operator.advance(timeMs - 1, out);
        }
        if (checkpointRows > 0 && number % checkpointRows == 0) {
            operator.beforeCheckpoint();
            Delta delta = store.freeze();
            store.commit(delta, PROGRESS, 0);
        }
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

    /** In place of the operator until it is open. */
    private static final class Unopened implements Operator {

        @Override
        public void process(Row row, long eventTimeMs, Output out) {
            throw new IllegalStateException("not open");
        }
    }

    /** Looks at results and drops them. */
    private static final class Counting implements Output {

        private long last;

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void emit(Row row, long eventTimeMs) {
            last += row.getLong(0);
        }

        @Override
        public void emitLate(Row row, long eventTimeMs) {
            throw new IllegalStateException("a row came late after " + last);
        }

        @Override
        public void emitError(String rawJson, String reason) {
            throw new IllegalStateException(reason);
        }
    }
}
