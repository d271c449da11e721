package io.weirflow.worker.aggregate;

import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.DataType;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.row.ValueCodec;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * DISTINCT: hands each value on to another part once. The values are kept in the order of their arrival, so that a merge adds them in an
 * order that does not depend on hashes.
 *
 * <p>A word is kept as a Long, a DOUBLE as a Double (with -0.0 as 0.0), VARCHAR and DECIMAL as they are, and all others by their
 * bytes.
 */
final class DistinctPart implements Part {

    private final Part inner;
    private final int column;
    private final DataType type;
    private final DataType.Storage storage;
    private final int seen;

    /** A merge hands values on by this row. */
    private final MutableRow handed;

    DistinctPart(Part inner, int column, DataType type, Layout layout) {
        this.inner = inner;
        this.column = column;
        this.type = type;
        this.storage = type.storage();
        this.seen = layout.object();
        this.handed = new MutableRow(column + 1);
    }

    private static final class Seen implements Accumulators.Container {
        private final Set<Object> values;

        Seen(Set<Object> values) {
            this.values = values;
        }

        @Override
        public Seen copy() {
            return new Seen(new LinkedHashSet<>(values));
        }
    }

    private Set<Object> seen(Accumulators state) {
        if (state.objects[seen] instanceof Seen known) {
            return known.values;
        }
        Set<Object> values = new LinkedHashSet<>();
        state.objects[seen] = new Seen(values);
        return values;
    }

    private Object key(MutableRow row) {
        return switch (storage) {
            case WORD -> row.getLong(column);
            case DOUBLE_WORD -> row.getDouble(column) + 0.0;
            case OBJECT -> objectKey(Objects.requireNonNull(row.getObject(column)));
        };
    }

    private boolean isKeptAsIs() {
        return type == DataType.Scalar.VARCHAR || type instanceof DataType.Decimal;
    }

    private Object objectKey(Object value) {
        if (isKeptAsIs()) {
            return value;
        }
        ByteWriter bytes = new ByteWriter(64);
        ValueCodec.write(type, value, bytes);
        return ByteBuffer.wrap(bytes.toBytes());
    }

    private void hand(Object key) {
        if (key instanceof Long word) {
            handed.setLong(column, word);
        } else if (key instanceof Double real) {
            handed.setDouble(column, real);
        } else {
            handed.setObject(column, key);
        }
    }

    @Override
    public boolean canFail() {
        return inner.canFail();
    }

    @Override
    public void check(Accumulators state, MutableRow arguments) throws RowException {
        if (inner.canFail() && !arguments.isNull(column) && !seen(state).contains(key(arguments))) {
            inner.check(state, arguments);
        }
    }

    @Override
    public void add(Accumulators state, MutableRow arguments, long ordinal) {
        if (!arguments.isNull(column) && seen(state).add(key(arguments))) {
            inner.add(state, arguments, ordinal);
        }
    }

    @Override
    public void merge(Accumulators into, Accumulators from) throws RowException {
        Set<Object> target = seen(into);
        for (Object key : seen(from)) {
            if (target.add(key)) {
                hand(key);
                inner.check(into, handed);
                inner.add(into, handed, 0);
            }
        }
    }

    @Override
    public void result(Accumulators state, MutableRow out, int outColumn) throws RowException {
        inner.result(state, out, outColumn);
    }

    @Override
    public void write(Accumulators state, ByteWriter out) {
        Set<Object> values = seen(state);
        out.writeVarInt(values.size());
        values.forEach(key -> writeKey(key, out));
        inner.write(state, out);
    }

    private void writeKey(Object key, ByteWriter out) {
        if (key instanceof Long word) {
            out.writeZigZag(word);
        } else if (key instanceof Double real) {
            out.writeLong(Double.doubleToLongBits(real));
        } else if (key instanceof ByteBuffer bytes) {
            out.writeBlock(bytes.array());
        } else {
            ValueCodec.write(type, key, out);
        }
    }

    @Override
    public void read(Accumulators state, ByteReader in) {
        int size = in.readVarInt();
        Set<Object> values = seen(state);
        for (int i = 0; i < size; i++) {
            values.add(readKey(in));
        }
        inner.read(state, in);
    }

    private Object readKey(ByteReader in) {
        return switch (storage) {
            case WORD -> in.readZigZag();
            case DOUBLE_WORD -> Double.longBitsToDouble(in.readLong());
            case OBJECT -> isKeptAsIs() ? ValueCodec.read(type, in) : ByteBuffer.wrap(in.readBlock());
        };
    }
}
