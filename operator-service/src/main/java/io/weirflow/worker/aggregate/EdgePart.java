package io.weirflow.worker.aggregate;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.DataType;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;

/** FIRST_VALUE and LAST_VALUE, by the rows' ordinals. */
final class EdgePart implements Part {

    private final int column;
    private final boolean last;
    private final Cell value;
    private final int ordinalOfValue;

    EdgePart(int column, boolean last, DataType type, Layout layout) {
        this.column = column;
        this.last = last;
        this.value = new Cell(type, layout);
        this.ordinalOfValue = layout.word();
    }

    private boolean isBetter(Accumulators state, long ordinal) {
        return value.isEmpty(state)
                || (last ? ordinal > state.words[ordinalOfValue] : ordinal < state.words[ordinalOfValue]);
    }

    @Override
    public boolean canBeSplit() {
        return true;
    }

    @Override
    public void add(Accumulators state, MutableRow arguments, long ordinal) {
        if (!arguments.isNull(column) && isBetter(state, ordinal)) {
            value.set(state, arguments, column);
            state.words[ordinalOfValue] = ordinal;
        }
    }

    @Override
    public void merge(Accumulators into, Accumulators from) {
        if (!value.isEmpty(from) && isBetter(into, from.words[ordinalOfValue])) {
            value.set(into, from);
            into.words[ordinalOfValue] = from.words[ordinalOfValue];
        }
    }

    @Override
    public void result(Accumulators state, MutableRow out, int outColumn) {
        value.get(state, out, outColumn);
    }

    @Override
    public void write(Accumulators state, ByteWriter out) {
        value.write(state, out);
        out.writeZigZag(state.words[ordinalOfValue]);
    }

    @Override
    public void read(Accumulators state, ByteReader in) {
        value.read(state, in);
        state.words[ordinalOfValue] = in.readZigZag();
    }
}
