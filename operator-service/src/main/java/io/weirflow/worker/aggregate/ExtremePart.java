package io.weirflow.worker.aggregate;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.DataType;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import java.util.Optional;

/** MIN and MAX. Of equal values the first stays. */
final class ExtremePart implements Part {

    private final int column;
    private final boolean max;
    private final Cell best;

    ExtremePart(int column, boolean max, DataType type, Layout layout) {
        this.column = column;
        this.max = max;
        this.best = new Cell(type, layout);
    }

    private boolean isBetter(int comparison) {
        return max ? comparison > 0 : comparison < 0;
    }

    @Override
    public Optional<WordCode.Operation> operation() {
        return switch (best.storage()) {
            case WORD -> Optional.of(operation(max ? WordCode.Kind.MAX : WordCode.Kind.MIN));
            case DOUBLE_WORD -> Optional.of(operation(max ? WordCode.Kind.REAL_MAX : WordCode.Kind.REAL_MIN));
            case OBJECT -> Optional.empty();
        };
    }

    private WordCode.Operation operation(WordCode.Kind kind) {
        return new WordCode.Operation(kind, column, best.present(), best.slot());
    }

    @Override
    public boolean canBeSplit() {
        return true;
    }

    @Override
    public void add(Accumulators state, MutableRow arguments, long ordinal) {
        if (!arguments.isNull(column) && (best.isEmpty(state) || isBetter(best.compare(arguments, column, state)))) {
            best.set(state, arguments, column);
        }
    }

    @Override
    public void merge(Accumulators into, Accumulators from) {
        if (!best.isEmpty(from) && (best.isEmpty(into) || isBetter(best.compare(from, into)))) {
            best.set(into, from);
        }
    }

    @Override
    public void result(Accumulators state, MutableRow out, int outColumn) {
        best.get(state, out, outColumn);
    }

    @Override
    public void write(Accumulators state, ByteWriter out) {
        best.write(state, out);
    }

    @Override
    public void read(Accumulators state, ByteReader in) {
        best.read(state, in);
    }
}
