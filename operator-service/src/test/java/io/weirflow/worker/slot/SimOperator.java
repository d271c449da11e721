package io.weirflow.worker.slot;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.DataType.Scalar;

/**
 * Passes rows on and sums them per key until a timer. What it emits depends on everything that an operator may depend on, so that a replay that
 * differs in anything gives other bytes.
 */
public final class SimOperator implements Operator {

    static final long SPAN_MS = 50;

    private final MutableRow out = new MutableRow(SimPlan.OUT.size());
    private OperatorContext context;
    private long version;
    private long poison;
    private ValueState key;
    private ValueState sum;

    @Override
    public void open(OperatorContext newContext) {
        context = newContext;
        version = newContext.config().number(SimPlan.MADE_BY, 0);
        poison = newContext.config().number(SimPlan.POISON, 0);
        key = newContext.value("key", Scalar.BIGINT);
        sum = newContext.value("sum", Scalar.BIGINT);
    }

    @Override
    public void process(Row row, long eventTimeMs, Output output) {
        if (poison > 0 && row.getLong(0) % poison == poison - 1) {
            throw new IllegalStateException("row " + row.getLong(0) + " is poison");
        }
        key.set(row.getLong(1));
        sum.set(sum.getLong(0) + row.getLong(2));
        // Some are in the past, and must fire after the row.
        long timerMs = eventTimeMs / SPAN_MS * SPAN_MS + (row.getLong(0) % 7 == 0 ? -4 * SPAN_MS : SPAN_MS - 1);
        context.timers().set(timerMs);
        emit(row.getLong(0), row.getLong(1), row.getLong(2), eventTimeMs, row.getLong(4), output);
    }

    @Override
    public void onTimer(long timeMs, Output output) {
        long total = sum.getLong(0);
        sum.set(null);
        boolean past = timeMs % SPAN_MS == 0 && context.watermarkMs() < Long.MAX_VALUE;
        emit(-1, key.getLong(0), total, past ? context.watermarkMs() + 1 : timeMs, -1, output);
    }

    private void emit(long id, long k, long v, long timeMs, long readBy, Output output) {
        out.clear();
        out.setLong(0, id);
        out.setLong(1, k);
        out.setLong(2, v);
        out.setLong(3, timeMs);
        out.setLong(4, context.watermarkMs());
        out.setLong(5, context.random());
        out.setLong(6, readBy);
        out.setLong(7, version);
        output.emit(out, timeMs);
    }
}
