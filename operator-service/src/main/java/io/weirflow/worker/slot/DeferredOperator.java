package io.weirflow.worker.slot;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An operator without state that is made when the first row needs it: a step that was fused with others sees only the rows that fail, and there
 * may be none.
 */
final class DeferredOperator implements Operator {

    private final Supplier<Operator> maker;
    private @Nullable Operator operator;

    /** @param maker makes an operator that does nothing but to process rows */
    DeferredOperator(Supplier<Operator> maker) {
        this.maker = maker;
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) throws RowException {
        Operator made = operator;
        if (made == null) {
            made = maker.get();
            operator = made;
        }
        made.process(row, eventTimeMs, out);
    }
}
