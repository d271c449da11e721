package io.weirflow.worker.aggregate;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.worker.functions.Arithmetic;
import java.util.Optional;

/** SUM of whole numbers. */
final class SumPart implements Part {

    /** The sum of a few that are not larger is far from the end of the range. */
    private static final long SMALL = 1L << 60;

    private final int column;
    private final int count;
    private final int sum;

    SumPart(int column, Layout layout) {
        this.column = column;
        this.count = layout.word();
        this.sum = layout.word();
    }

    @Override
    public Optional<WordCode.Operation> operation() {
        return Optional.of(new WordCode.Operation(WordCode.Kind.SUM, column, count, sum));
    }

    @Override
    public boolean canFail() {
        return true;
    }

    @Override
    public boolean canBeSplit() {
        return true;
    }

    @Override
    public boolean isSmall(Accumulators state) {
        return isSmall(state.words[sum]);
    }

    @Override
    public boolean staysSmall(Accumulators state, MutableRow arguments) {
        // The sum of two small numbers has no overflow.
        return arguments.isNull(column)
                || isSmall(arguments.getLong(column)) && isSmall(state.words[sum] + arguments.getLong(column));
    }

    private static boolean isSmall(long value) {
        return -SMALL <= value && value <= SMALL;
    }

    @Override
    public void check(Accumulators state, MutableRow arguments) throws RowException {
        if (!arguments.isNull(column)) {
            plus(state.words[sum], arguments.getLong(column));
        }
    }

    static long plus(long a, long b) throws RowException {
        try {
            return Arithmetic.plus(a, b);
        } catch (RowException e) {
            throw new RowException(e.getMessage() + " of SUM");
        }
    }

    @Override
    public void add(Accumulators state, MutableRow arguments, long ordinal) {
        if (!arguments.isNull(column)) {
            state.words[count]++;
            state.words[sum] += arguments.getLong(column);
        }
    }

    @Override
    public void merge(Accumulators into, Accumulators from) throws RowException {
        into.words[sum] = plus(into.words[sum], from.words[sum]);
        into.words[count] += from.words[count];
    }

    @Override
    public void result(Accumulators state, MutableRow out, int outColumn) {
        if (state.words[count] == 0) {
            out.setNull(outColumn);
        } else {
            out.setLong(outColumn, state.words[sum]);
        }
    }

    @Override
    public void write(Accumulators state, ByteWriter out) {
        out.writeVarLong(state.words[count]);
        out.writeZigZag(state.words[sum]);
    }

    @Override
    public void read(Accumulators state, ByteReader in) {
        state.words[count] = in.readVarLong();
        state.words[sum] = in.readZigZag();
    }
}
