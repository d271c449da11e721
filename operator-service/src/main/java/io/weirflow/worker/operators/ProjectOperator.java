package io.weirflow.worker.operators;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.worker.codegen.RowMapper;

/** Makes one row of each row; event time is kept. */
final class ProjectOperator implements Operator {

    private final RowMapper mapper;
    private final MutableRow result;

    ProjectOperator(RowMapper mapper, int columns) {
        this.mapper = mapper;
        this.result = new MutableRow(columns);
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) throws RowException {
        mapper.map(row, result);
        out.emit(result, eventTimeMs);
    }
}
