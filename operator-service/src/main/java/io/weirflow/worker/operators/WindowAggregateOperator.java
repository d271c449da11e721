package io.weirflow.worker.operators;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.StepSpec.WindowAggregate;
import io.weirflow.api.pipeline.Window;
import io.weirflow.api.row.Row;
import io.weirflow.worker.aggregate.Aggregator;
import io.weirflow.worker.codegen.ExpressionCompiler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates rows by key and window.
 *
 * <p>A window fires when the watermark reaches its end − 1, which is also the event time of its result. Results come in the order of
 * (end of the window, bytes of the key). A window is kept for the allowed lateness after that, and each late row in it gives a corrected
 * result at once; a row whose windows are all gone goes to the late stream. {@code having} is asked for each result on its own: a corrected result
 * that it drops does not take back the one before.
 *
 * <p>Watermarks are those that came through {@link #advance}: results of an earlier step of the chain arrive before the watermark that made
 * them due.
 */
final class WindowAggregateOperator implements Operator, LooksAhead {

    /** The largest distance of an event time from the epoch: 100 million days, as in ECMAScript. */
    static final long MAX_TIME_MS = 8_640_000_000_000_000L;

    private static final String GROUPS = "windows";

    /** Where groups are that are kept in parts: those that were begun first, those that were begun second, and so on. */
    private static final List<String> PARTS = List.of(GROUPS, "windows2", "windows3", "windows4");

    private final WindowAggregate spec;
    private final KeyEncoder keys;
    private final Aggregator aggregator;
    private final WindowResults results;
    private final HeapBudget budget;
    private final boolean timed;
    private final ExpectedKeys expected = new ExpectedKeys();
    private @Nullable WindowStorage storage;
    private @Nullable WindowProgress progress;

    WindowAggregateOperator(ExpressionCompiler compiler, WindowAggregate spec, HeapBudget budget) {
        this.spec = spec;
        this.keys = KeyEncoder.of(compiler, spec.keys());
        this.aggregator = Aggregator.compile(compiler, spec.aggregates());
        this.results = new WindowResults(compiler, spec, keys, aggregator);
        this.budget = budget;
        this.timed = !(spec.window() instanceof Window.Count);
    }

    @Override
    public void open(OperatorContext context) {
        WindowProgress restored = new WindowProgress(context.table("progress"));
        progress = restored;
        storage = storage(context, restored);
    }

    private WindowStorage storage(OperatorContext context, WindowProgress restored) {
        Window window = spec.window();
        if (window instanceof Window.Count count) {
            var cache = WriteBackCache.ofTable(context.table(GROUPS), new CountWindows.Codec(aggregator), budget);
            return new CountWindows(count.rows(), keys, aggregator, results, cache, restored);
        } else if (window instanceof Window.Session session) {
            var cache = WriteBackCache.ofTable(context.table(GROUPS), new KeySessions.Codec(aggregator), budget);
            var dueIndex = new DueIndex(context.table("due"));
            return new SessionWindows(
                    session.gapMs(), spec.allowedLatenessMs(), keys, aggregator, results, cache, dueIndex, restored);
        }
        return new SlicedWindows(
                Slicing.of(window),
                spec.allowedLatenessMs(),
                keys,
                aggregator,
                results,
                PARTS.stream().map(context::table).toList(),
                restored,
                budget);
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) throws RowException {
        checkTime(eventTimeMs);
        WindowStorage opened = storage();
        opened.process(row, eventTimeMs, out);
        if (budget.exceeded()) {
            budget.relieve(opened::evict);
        }
    }

    private void checkTime(long eventTimeMs) throws RowException {
        if (timed && (eventTimeMs > MAX_TIME_MS || eventTimeMs < -MAX_TIME_MS)) {
            throw new RowException(
                    eventTimeMs == EventTime.NONE_MS
                            ? "the row has no event time, which its window needs"
                            : "the event time of " + eventTimeMs + " ms is out of range");
        }
    }

    @Override
    public boolean looksAhead() {
        return storage().looksAhead();
    }

    @Override
    public void expect(Row row, long eventTimeMs) throws RowException {
        checkTime(eventTimeMs);
        storage().expect(row, eventTimeMs, expected);
    }

    @Override
    public int prefetch() {
        return expected.prefetch();
    }

    @Override
    public boolean advance(long watermarkMs, Output out) {
        return storage().advance(watermarkMs, out);
    }

    @Override
    public void beforeCheckpoint() {
        storage().writeBack();
        if (progress != null) {
            progress.writeBack();
        }
    }

    private WindowStorage storage() {
        WindowStorage opened = storage;
        if (opened == null) {
            throw new IllegalStateException("the operator is not open");
        }
        return opened;
    }
}
