package io.weirflow.benchmarks.scale;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.DataType.Scalar;
import java.util.SplittableRandom;

/**
 * Counts the rows of each key, and keeps beside the count as many bytes as its configuration says, new ones with every row: so state is as large, and
 * changes as much, as a measurement wants. Takes {@code id}, {@code b} and {@code c}, and adds {@code n}, the count.
 */
public final class LastSeen implements Operator {

    private final MutableRow result = new MutableRow(4);
    private ValueState counts;
    private ValueState values;
    private int valueBytes;
    private int id;
    private int key;
    private int spread;

    @Override
    public void open(OperatorContext context) {
        counts = context.value("count", Scalar.BIGINT);
        values = context.value("value", Scalar.VARBINARY);
        valueBytes = (int) context.config().number("value_bytes", 0);
        id = context.inputType().indexOf("id");
        key = context.inputType().indexOf("b");
        spread = context.inputType().indexOf("c");
    }

    @Override
    public void process(Row row, long eventTimeMs, Output out) {
        long count = counts.getLong(0) + 1;
        counts.set(count);
        values.set(value(row.getLong(id)));
        result.setLong(0, row.getLong(id));
        result.setLong(1, row.getLong(key));
        result.setLong(2, row.getLong(spread));
        result.setLong(3, count);
        out.emit(result, eventTimeMs);
    }

    /** Bytes that do not compress and are the same each time. */
    private byte[] value(long seed) {
        byte[] bytes = new byte[valueBytes];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }
}
