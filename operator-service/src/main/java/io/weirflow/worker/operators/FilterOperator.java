package io.weirflow.worker.operators;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;
import io.weirflow.worker.codegen.RowPredicate;

/** Keeps the rows for which a condition is TRUE. */
final class FilterOperator implements Operator {

    private final RowPredicate condition;

    FilterOperator(RowPredicate condition) {
        this.condition = condition;
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) throws RowException {
        if (condition.test(row)) {
            out.emit(row, eventTimeMs);
        }
    }
}
