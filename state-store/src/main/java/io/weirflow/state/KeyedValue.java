package io.weirflow.state;

import io.weirflow.api.state.StateTable;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.DataType;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.row.ValueCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One value for each key of an operator: a table from the key to a version byte and the value. */
final class KeyedValue implements ValueState {

    private static final byte VERSION = 1;

    private final KeyedOperatorState owner;
    private final StateTable table;
    private final String name;
    private final DataType type;
    private final ByteWriter out = new ByteWriter(32);

    KeyedValue(KeyedOperatorState owner, StateTable table, String name, DataType type) {
        this.owner = owner;
        this.table = table;
        this.name = name;
        this.type = type;
    }

    DataType type() {
        return type;
    }

    int prefetch(List<byte[]> keys) {
        return table.prefetch(keys);
    }

    @Override
    public @Nullable Object get() {
        byte[] bytes = table.get(owner.currentKey());
        if (bytes == null) {
            return null;
        }
        try {
            ByteReader in = new ByteReader(bytes);
            int version = in.readByte();
            if (version != VERSION) {
                throw new WireFormatException("version " + version + " is not known");
            }
            Object value = ValueCodec.read(type, in);
            if (in.remaining() > 0) {
                throw new WireFormatException(in.remaining() + " bytes are left over");
            }
            return value;
        } catch (WireFormatException e) {
            throw new IllegalStateException(
                    "The state '" + name + "' does not hold a " + type.sql()
                            + ". Was its type changed? Then give it a new name. (" + e.getMessage() + ")",
                    e);
        }
    }

    @Override
    public void set(@Nullable Object value) {
        if (value == null) {
            table.delete(owner.currentKey());
            return;
        }
        out.reset();
        out.writeByte(VERSION);
        ValueCodec.write(type, value, out);
        table.put(owner.currentKey(), out.toBytes());
    }
}
