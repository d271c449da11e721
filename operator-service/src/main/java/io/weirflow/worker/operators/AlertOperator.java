package io.weirflow.worker.operators;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.StepSpec.Alert;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.row.RowCodec;
import io.weirflow.worker.codegen.RowMapper;
import io.weirflow.worker.codegen.RowPredicate;
import io.weirflow.worker.operators.WriteBackCache.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Raises and resolves alerts, per key; one row for each change of state.
 *
 * <p>A row stands for a span of time: the result of a window for {@code [window_start, window_end)}, any other row for its moment. A key begins to
 * be pending with a row that is true, from the start of its span. It is firing once true rows have come, one after the other, whose spans reach
 * {@code for} beyond that; with {@code for: 0} that is the first. A row that is false ends what is pending. What is firing it resolves only when
 * {@code resolve_after} is 0, at the end of its span. Otherwise an alert is resolved at the end of the last true span + {@code resolve_after}, when no true
 * row with an event time up to then has come: false rows and no rows are the same. What is pending ends then, too, without a word. This is found
 * out by the watermark, or by a row of the key with a later event time, whichever comes first, so that the results do not depend on how often
 * watermarks come. The end of the input is no passing of time: what is firing then stays so.
 *
 * <p>Rows of a key are taken in the order of the inbox. One that is older than those before it counts as any other, but moves neither the start nor the
 * end of what is true back.
 *
 * <p>A row for which the condition or the summary cannot be evaluated goes to the errors stream and changes nothing. The columns of a RESOLVED row
 * are those of the last true row.
 */
final class AlertOperator implements Operator, LooksAhead {

    private final Alert spec;
    private final RowPredicate condition;
    private final KeyEncoder keys;
    private final AlertRows rows;
    private final RowCodec rowCodec;
    private final HeapBudget budget;
    private final ExpectedKeys expected = new ExpectedKeys();
    private @Nullable WriteBackCache<AlertState> cache;
    private @Nullable DueIndex dueIndex;

    AlertOperator(Alert spec, RowType inputType, RowPredicate condition, RowMapper summary, HeapBudget budget) {
        this.spec = spec;
        this.condition = condition;
        this.keys = KeyEncoder.ofColumns(inputType, spec.keyColumns());
        this.rows = new AlertRows(spec, inputType, summary);
        this.rowCodec = new RowCodec(inputType);
        this.budget = budget;
    }

    @Override
    public void open(OperatorContext context) {
        rows.check(context.outputType());
        cache = WriteBackCache.ofTable(context.table("alerts"), new AlertState.Codec(), budget);
        dueIndex = new DueIndex(context.table("due"));
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) throws RowException {
        WriteBackCache<AlertState> states = cache();
        boolean isTrue = condition.test(row);
        if (isTrue) {
            rows.summarise(row);
        }
        keys.encode(row);
        Entry<AlertState> entry = states.find(keys.array(), keys.length());
        if (entry != null && spec.resolveAfterMs() > 0 && eventTimeMs > deadlineMs(entry.value)) {
            end(entry, deadlineMs(entry.value), out);
            entry = null;
            if (isTrue) {
                rows.summarise(row);
            }
        }
        int start = spec.spanStartColumn();
        boolean isSpan = start >= 0 && !row.isNull(start);
        long endMs = isSpan ? eventTimeMs + 1 : eventTimeMs;
        if (isTrue) {
            rowIsTrue(entry, row, isSpan ? row.getLong(start) : eventTimeMs, endMs, out);
        } else if (entry != null && (!entry.value.isFiring() || spec.resolveAfterMs() == 0)) {
            end(entry, Math.max(endMs, entry.value.endMs), out);
        }
        if (budget.exceeded()) {
            budget.relieve(states::evict);
        }
    }

    @Override
    public boolean looksAhead() {
        return !cache().complete();
    }

    @Override
    public void expect(Row row, long eventTimeMs) throws RowException {
        keys.encode(row);
        cache().expect(keys.array(), keys.length(), expected);
    }

    @Override
    public int prefetch() {
        return expected.prefetch();
    }

    private void rowIsTrue(@Nullable Entry<AlertState> found, Row row, long startMs, long endMs, Output out) {
        Entry<AlertState> entry = found;
        if (entry == null) {
            entry = cache().add(keys.array(), keys.length(), new AlertState(startMs, endMs));
        } else {
            cache().changed(entry);
        }
        AlertState state = entry.value;
        state.endMs = Math.max(state.endMs, endMs);
        if (state.isFiring()) {
            state.lastTrueRow = rowCodec.toBytes(row);
        } else if (state.endMs - state.sinceMs >= spec.forMs()) {
            state.lastTrueRow = rowCodec.toBytes(row);
            rows.emit(row, entry.key, AlertRows.FIRING, state.sinceMs, state.endMs, out);
        }
        if (spec.resolveAfterMs() > 0 && state.dueMs == AlertState.NOT_DUE) {
            state.dueMs = deadlineMs(state);
            dueIndex().add(state.dueMs, entry.key);
        }
    }

    private long deadlineMs(AlertState state) {
        return state.endMs + spec.resolveAfterMs();
    }

    /** Ends what is pending, or resolves what is firing. */
    private void end(Entry<AlertState> entry, long atMs, Output out) {
        AlertState state = entry.value;
        if (state.dueMs != AlertState.NOT_DUE) {
            dueIndex().remove(state.dueMs, entry.key);
        }
        cache().remove(entry);
        if (state.lastTrueRow == null) {
            return;
        }
        MutableRow lastTrueRow = rowCodec.fromBytes(state.lastTrueRow);
        try {
            rows.summarise(lastTrueRow);
        } catch (RowException e) {
            // An upgrade has changed the summary since, and the new one has no value for this row. The alert ends all
            // the same.
            rows.withoutSummary();
        }
        rows.emit(lastTrueRow, entry.key, AlertRows.RESOLVED, state.sinceMs, atMs, out);
    }

    @Override
    public boolean advance(long watermarkMs, Output out) {
        boolean ended = watermarkMs == Long.MAX_VALUE;
        return ended || dueIndex().fireDue(watermarkMs, out, (key, timeMs) -> due(key, timeMs, out));
    }

    private void due(byte[] key, long timeMs, Output out) {
        Entry<AlertState> entry = cache().find(key, key.length);
        if (entry == null) {
            throw new IllegalStateException("an alert is due of which nothing is known");
        }
        AlertState state = entry.value;
        long deadlineMs = deadlineMs(state);
        if (deadlineMs <= timeMs) {
            state.dueMs = AlertState.NOT_DUE;
            end(entry, deadlineMs, out);
        } else {
            state.dueMs = deadlineMs;
            cache().changed(entry);
            dueIndex().add(deadlineMs, key);
        }
    }

    @Override
    public void beforeCheckpoint() {
        cache().writeBack();
        dueIndex().writeBack();
    }

    private WriteBackCache<AlertState> cache() {
        if (cache == null) {
            throw new IllegalStateException("the operator is not open");
        }
        return cache;
    }

    private DueIndex dueIndex() {
        if (dueIndex == null) {
            throw new IllegalStateException("the operator is not open");
        }
        return dueIndex;
    }
}
