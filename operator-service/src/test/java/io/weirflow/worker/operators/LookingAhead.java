package io.weirflow.worker.operators;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;
import java.util.ArrayDeque;
import java.util.Deque;

/** Shows an operator some rows again before it gets the next: rows that do not come, whose state is changed before the next are shown, or checkpointed. */
final class LookingAhead<T extends Operator & LooksAhead> implements Operator {

    private static final int SHOWN = 5;
    private static final int EVERY = 3;

    private final T operator;
    private final Deque<Shown> rows = new ArrayDeque<>();
    private int count;

    private record Shown(Row row, long timeMs) {}

    LookingAhead(T operator) {
        this.operator = operator;
    }

    @Override
    public void open(OperatorContext context) {
        operator.open(context);
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) throws RowException {
        rows.add(new Shown(row.copy(), eventTimeMs));
        if (rows.size() > SHOWN) {
            rows.remove();
        }
        if (count++ % EVERY == 0) {
            for (Shown shown : rows) {
                operator.expect(shown.row(), shown.timeMs());
            }
            operator.prefetch();
        }
        operator.process(row, eventTimeMs, out);
    }

    @Override
    public void onTimer(long timeMs, Output out) throws RowException {
        operator.onTimer(timeMs, out);
    }

    @Override
    public boolean advance(long watermarkMs, Output out) {
        return operator.advance(watermarkMs, out);
    }

    @Override
    public void beforeCheckpoint() {
        operator.beforeCheckpoint();
    }

    @Override
    public void close() {
        operator.close();
    }
}
