package io.weirflow.worker.aggregate;

import io.weirflow.api.row.MutableRow;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import java.util.Optional;

/** COUNT. */
final class CountPart implements Part {

    /** In place of a column: all rows count. */
    static final int ALL_ROWS = -1;

    private final int column;
    private final int count;

    CountPart(int column, Layout layout) {
        this.column = column;
        this.count = layout.word();
    }

    @Override
    public Optional<WordCode.Operation> operation() {
        WordCode.Kind kind = column == ALL_ROWS ? WordCode.Kind.COUNT_ROWS : WordCode.Kind.COUNT;
        return Optional.of(new WordCode.Operation(kind, column, count, count));
    }

    @Override
    public boolean canBeSplit() {
        return true;
    }

    @Override
    public void add(Accumulators state, MutableRow arguments, long ordinal) {
        if (column == ALL_ROWS || !arguments.isNull(column)) {
            state.words[count]++;
        }
    }

    @Override
    public void merge(Accumulators into, Accumulators from) {
        into.words[count] += from.words[count];
    }

    @Override
    public void result(Accumulators state, MutableRow out, int outColumn) {
        out.setLong(outColumn, state.words[count]);
    }

    @Override
    public void write(Accumulators state, ByteWriter out) {
        out.writeVarLong(state.words[count]);
    }

    @Override
    public void read(Accumulators state, ByteReader in) {
        state.words[count] = in.readVarLong();
    }
}
