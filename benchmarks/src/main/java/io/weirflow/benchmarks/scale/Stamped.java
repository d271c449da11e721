package io.weirflow.benchmarks.scale;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.benchmarks.Clocks;

/**
 * Lets rows pass and adds {@code at}, milliseconds since the epoch: when the stage made the row. The record's own time says when the transaction began that makes it visible, some tens of
 * milliseconds later and the same for all rows in it. Takes {@code id}, {@code b} and {@code n}.
 *
 * <p>An operator of a pipeline must not look at a clock, since a row that is made again would differ. Slots of this stage neither move nor die, so none is.
 */
public final class Stamped implements Operator {

    private final MutableRow result = new MutableRow(4);
    private int id;
    private int key;
    private int count;

    @Override
    public void open(OperatorContext context) {
        id = context.inputType().indexOf("id");
        key = context.inputType().indexOf("b");
        count = context.inputType().indexOf("n");
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) {
        result.setLong(0, row.getLong(id));
        result.setLong(1, row.getLong(key));
        result.setLong(2, row.getLong(count));
        result.setLong(3, Clocks.epochMs());
        out.emit(result, eventTimeMs);
    }
}
