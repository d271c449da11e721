package io.weirflow.worker.aggregate;

import io.weirflow.api.row.MutableRow;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import java.util.Arrays;

/** PERCENTILE: all values are kept, in the order of their arrival, and sorted for a result. */
final class PercentilePart implements Part {

    private final int column;
    private final double fraction;
    private final int kept;

    PercentilePart(int column, double fraction, Layout layout) {
        this.column = column;
        this.fraction = fraction;
        this.kept = layout.object();
    }

    private static final class Reals implements Accumulators.Container {
        private double[] values;
        private int size;

        Reals(int capacity) {
            values = new double[capacity];
        }

        void add(double value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, Math.max(8, size + (size >> 1)));
            }
            values[size++] = value;
        }

        @Override
        public Reals copy() {
            Reals copy = new Reals(size);
            System.arraycopy(values, 0, copy.values, 0, size);
            copy.size = size;
            return copy;
        }
    }

    private Reals reals(Accumulators state) {
        if (state.objects[kept] instanceof Reals reals) {
            return reals;
        }
        Reals reals = new Reals(0);
        state.objects[kept] = reals;
        return reals;
    }

    @Override
    public void add(Accumulators state, MutableRow arguments, long ordinal) {
        if (!arguments.isNull(column)) {
            reals(state).add(arguments.getDouble(column));
        }
    }

    @Override
    public void merge(Accumulators into, Accumulators from) {
        Reals source = reals(from);
        Reals target = reals(into);
        for (int i = 0; i < source.size; i++) {
            target.add(source.values[i]);
        }
    }

    @Override
    public void result(Accumulators state, MutableRow out, int outColumn) {
        Reals reals = reals(state);
        if (reals.size == 0) {
            out.setNull(outColumn);
            return;
        }
        double[] sorted = Arrays.copyOf(reals.values, reals.size);
        Arrays.sort(sorted);
        double place = fraction * (sorted.length - 1);
        int below = (int) place;
        double low = sorted[below];
        double high = sorted[Math.min(below + 1, sorted.length - 1)];
        // Of two equal infinities the difference is no number.
        out.setDouble(outColumn, low == high || place == below ? low : low + (place - below) * (high - low));
    }

    @Override
    public void write(Accumulators state, ByteWriter out) {
        Reals reals = reals(state);
        out.writeVarInt(reals.size);
        for (int i = 0; i < reals.size; i++) {
            out.writeLong(Double.doubleToLongBits(reals.values[i]));
        }
    }

    @Override
    public void read(Accumulators state, ByteReader in) {
        int size = in.readVarInt();
        if (size > in.remaining() / Double.BYTES) {
            throw new WireFormatException("there are fewer values than their number says");
        }
        Reals reals = new Reals(size);
        for (int i = 0; i < size; i++) {
            reals.add(Double.longBitsToDouble(in.readLong()));
        }
        state.objects[kept] = reals;
    }
}
