package io.weirflow.worker.operators;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.worker.codegen.RowMapper;
import io.weirflow.worker.codegen.RowPredicate;

/** A filter and the projection that follows it, in one step. */
final class FilterProjectOperator implements Operator {

    private final RowPredicate condition;
    private final RowMapper mapper;
    private final MutableRow result;

    FilterProjectOperator(RowPredicate condition, RowMapper mapper, int columns) {
        this.condition = condition;
        this.mapper = mapper;
        this.result = new MutableRow(columns);
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) throws RowException {
        if (condition.test(row)) {
            mapper.map(row, result);
            out.emit(result, eventTimeMs);
        }
    }
}
