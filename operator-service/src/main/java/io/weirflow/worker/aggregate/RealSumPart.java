package io.weirflow.worker.aggregate;

import io.weirflow.api.row.MutableRow;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import java.util.Optional;

/** SUM and AVG of DOUBLE, added up in the order of the rows. */
final class RealSumPart implements Part {

    private final int column;
    private final boolean average;
    private final int count;
    private final int sum;

    RealSumPart(int column, boolean average, Layout layout) {
        this.column = column;
        this.average = average;
        this.count = layout.word();
        this.sum = layout.word();
    }

    @Override
    public Optional<WordCode.Operation> operation() {
        WordCode.Kind kind = average ? WordCode.Kind.REAL_AVERAGE : WordCode.Kind.REAL_SUM;
        return Optional.of(new WordCode.Operation(kind, column, count, sum));
    }

    @Override
    public void add(Accumulators state, MutableRow arguments, long ordinal) {
        if (!arguments.isNull(column)) {
            state.words[count]++;
            state.setReal(sum, state.real(sum) + arguments.getDouble(column));
        }
    }

    @Override
    public void merge(Accumulators into, Accumulators from) {
        into.words[count] += from.words[count];
        into.setReal(sum, into.real(sum) + from.real(sum));
    }

    @Override
    public void result(Accumulators state, MutableRow out, int outColumn) {
        long values = state.words[count];
        if (values == 0) {
            out.setNull(outColumn);
        } else {
            out.setDouble(outColumn, average ? state.real(sum) / (double) values : state.real(sum));
        }
    }

    @Override
    public void write(Accumulators state, ByteWriter out) {
        out.writeVarLong(state.words[count]);
        if (state.words[count] != 0) {
            out.writeLong(state.words[sum]);
        }
    }

    @Override
    public void read(Accumulators state, ByteReader in) {
        state.words[count] = in.readVarLong();
        state.words[sum] = state.words[count] == 0 ? 0 : in.readLong();
    }
}
