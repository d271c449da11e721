package io.weirflow.worker.aggregate;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.DataType;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.worker.functions.DecimalFunctions;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** SUM and AVG of DECIMAL. Sums are exact; that of AVG may be larger than any DECIMAL. */
final class DecimalSumPart implements Part {

    private final int column;
    private final boolean average;
    private final int argumentScale;
    private final DataType.Decimal type;
    private final int count;
    private final int sum;

    DecimalSumPart(int column, boolean average, int argumentScale, DataType.Decimal type, Layout layout) {
        this.column = column;
        this.average = average;
        this.argumentScale = argumentScale;
        this.type = type;
        this.count = layout.word();
        this.sum = layout.object();
    }

    @Override
    public boolean canFail() {
        return !average;
    }

    @Override
    public void check(Accumulators state, MutableRow arguments) throws RowException {
        if (!average && !arguments.isNull(column)) {
            fit(plus(state, arguments.getObject(column)));
        }
    }

    private BigDecimal fit(BigDecimal value) throws RowException {
        return DecimalFunctions.fit(value, type.precision(), type.scale());
    }

    private BigDecimal plus(Accumulators state, @Nullable Object value) {
        BigDecimal before = sum(state);
        return value == null ? before : before.add((BigDecimal) value);
    }

    private BigDecimal sum(Accumulators state) {
        return state.objects[sum] instanceof BigDecimal value ? value : BigDecimal.ZERO.setScale(argumentScale);
    }

    @Override
    public void add(Accumulators state, MutableRow arguments, long ordinal) {
        if (!arguments.isNull(column)) {
            state.words[count]++;
            state.objects[sum] = plus(state, arguments.getObject(column));
        }
    }

    @Override
    public void merge(Accumulators into, Accumulators from) throws RowException {
        BigDecimal merged = sum(into).add(sum(from));
        into.objects[sum] = average ? merged : fit(merged);
        into.words[count] += from.words[count];
    }

    @Override
    public void result(Accumulators state, MutableRow out, int outColumn) throws RowException {
        long values = state.words[count];
        if (values == 0) {
            out.setNull(outColumn);
        } else if (average) {
            BigDecimal quotient = sum(state).divide(BigDecimal.valueOf(values), type.scale(), RoundingMode.HALF_UP);
            out.setObject(outColumn, fit(quotient));
        } else {
            out.setObject(outColumn, fit(sum(state)));
        }
    }

    @Override
    public void write(Accumulators state, ByteWriter out) {
        out.writeVarLong(state.words[count]);
        if (state.words[count] != 0) {
            out.writeBlock(sum(state).setScale(argumentScale).unscaledValue().toByteArray());
        }
    }

    @Override
    public void read(Accumulators state, ByteReader in) {
        state.words[count] = in.readVarLong();
        if (state.words[count] != 0) {
            state.objects[sum] = new BigDecimal(new BigInteger(in.readBlock()), argumentScale);
        }
    }
}
