package io.weirflow.worker.aggregate;

import io.weirflow.api.expr.AggregateFunction;
import io.weirflow.api.row.MutableRow;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;

/**
 * Variances and standard deviations: the method of Welford (1962) for rows, its form for two groups by Chan, Golub and LeVeque (1979) for
 * merges. Neither loses digits where the mean is large.
 */
final class MomentsPart implements Part {

    private final int column;
    private final boolean sample;
    private final boolean root;
    private final int count;
    private final int mean;

    /** The sum of squared distances from the mean. */
    private final int squares;

    MomentsPart(int column, AggregateFunction function, Layout layout) {
        this.column = column;
        this.sample = function == AggregateFunction.STDDEV_SAMP || function == AggregateFunction.VAR_SAMP;
        this.root = function == AggregateFunction.STDDEV_SAMP || function == AggregateFunction.STDDEV_POP;
        this.count = layout.word();
        this.mean = layout.word();
        this.squares = layout.word();
    }

    @Override
    public void add(Accumulators state, MutableRow arguments, long ordinal) {
        if (arguments.isNull(column)) {
            return;
        }
        double value = arguments.getDouble(column);
        long values = ++state.words[count];
        double before = state.real(mean);
        double after = before + (value - before) / (double) values;
        state.setReal(mean, after);
        state.setReal(squares, state.real(squares) + (value - before) * (value - after));
    }

    @Override
    public void merge(Accumulators into, Accumulators from) {
        long fromCount = from.words[count];
        if (fromCount == 0) {
            return;
        }
        double a = (double) into.words[count];
        double b = (double) fromCount;
        double distance = from.real(mean) - into.real(mean);
        into.words[count] += fromCount;
        into.setReal(mean, into.real(mean) + distance * (b / (a + b)));
        into.setReal(squares, into.real(squares) + from.real(squares) + distance * distance * (a * b / (a + b)));
    }

    @Override
    public void result(Accumulators state, MutableRow out, int outColumn) {
        long divisor = state.words[count] - (sample ? 1 : 0);
        if (divisor < 1) {
            out.setNull(outColumn);
            return;
        }
        double variance = state.real(squares) / (double) divisor;
        out.setDouble(outColumn, root ? Math.sqrt(variance) : variance);
    }

    @Override
    public void write(Accumulators state, ByteWriter out) {
        out.writeVarLong(state.words[count]);
        if (state.words[count] != 0) {
            out.writeLong(state.words[mean]);
            out.writeLong(state.words[squares]);
        }
    }

    @Override
    public void read(Accumulators state, ByteReader in) {
        state.words[count] = in.readVarLong();
        if (state.words[count] != 0) {
            state.words[mean] = in.readLong();
            state.words[squares] = in.readLong();
        }
    }
}
