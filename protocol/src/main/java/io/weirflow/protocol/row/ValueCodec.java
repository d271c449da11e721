package io.weirflow.protocol.row;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.DataType;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The binary form of single values, boxed as {@link DataType} says. Used inside rows for what is held as an object, and for state. */
public final class ValueCodec {

    private ValueCodec() {}

    /** Appends a value that is not null. */
    public static void write(DataType type, @Nullable Object value, ByteWriter out) {
        Objects.requireNonNull(value, "value");
        if (type instanceof DataType.Scalar scalar) {
            writeScalar(scalar, value, out);
        } else if (type instanceof DataType.Decimal decimal) {
            out.writeBlock(((BigDecimal) value)
                    .setScale(decimal.scale())
                    .unscaledValue()
                    .toByteArray());
        } else if (type instanceof DataType.Array array) {
            List<?> list = (List<?>) value;
            out.writeVarInt(list.size());
            list.forEach(element -> writeNullable(array.element(), element, out));
        } else if (type instanceof DataType.MapOf map) {
            Map<?, ?> entries = (Map<?, ?>) value;
            out.writeVarInt(entries.size());
            entries.forEach((key, element) -> {
                out.writeText((String) key);
                writeNullable(map.value(), element, out);
            });
        } else if (type instanceof DataType.RowOf row) {
            new RowCodec(row.rowType()).write((Row) value, out);
        }
    }

    private static void writeScalar(DataType.Scalar type, Object value, ByteWriter out) {
        switch (type) {
            case BOOLEAN -> out.writeByte((Boolean) value ? 1 : 0);
            case INTEGER, BIGINT, DATE, TIME, TIMESTAMP -> out.writeZigZag(((Number) value).longValue());
            case DOUBLE -> out.writeLong(Double.doubleToLongBits((Double) value));
            case VARCHAR -> out.writeText((String) value);
            case VARBINARY -> out.writeBlock((byte[]) value);
        }
    }

    private static void writeNullable(DataType type, @Nullable Object value, ByteWriter out) {
        out.writeByte(value == null ? 0 : 1);
        if (value != null) {
            write(type, value, out);
        }
    }

    /**
     * Reads a value.
     *
     * @throws WireFormatException when the bytes are not a value of this type
     */
    public static Object read(DataType type, ByteReader in) {
        if (type instanceof DataType.Scalar scalar) {
            return readScalar(scalar, in);
        } else if (type instanceof DataType.Decimal decimal) {
            byte[] unscaled = in.readBlock();
            if (unscaled.length == 0) {
                throw new WireFormatException("a decimal is empty");
            }
            return new BigDecimal(new BigInteger(unscaled), decimal.scale());
        } else if (type instanceof DataType.Array array) {
            return readList(array.element(), in);
        } else if (type instanceof DataType.MapOf map) {
            return readMap(map.value(), in);
        } else if (type instanceof DataType.RowOf row) {
            MutableRow nested = new MutableRow(row.rowType().size());
            new RowCodec(row.rowType()).read(in, nested);
            return nested;
        }
        throw new IllegalStateException("no binary form for " + type.sql());
    }

    private static Object readScalar(DataType.Scalar type, ByteReader in) {
        return switch (type) {
            case BOOLEAN -> in.readFlag();
            case INTEGER, DATE, TIME -> (int) in.readZigZag();
            case BIGINT, TIMESTAMP -> in.readZigZag();
            case DOUBLE -> Double.longBitsToDouble(in.readLong());
            case VARCHAR -> in.readText();
            case VARBINARY -> in.readBlock();
        };
    }

    private static @Nullable Object readNullable(DataType type, ByteReader in) {
        return in.readFlag() ? read(type, in) : null;
    }

    private static List<@Nullable Object> readList(DataType element, ByteReader in) {
        int size = count(in);
        List<@Nullable Object> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(readNullable(element, in));
        }
        return Collections.unmodifiableList(list);
    }

    private static Map<String, @Nullable Object> readMap(DataType value, ByteReader in) {
        int size = count(in);
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            map.put(in.readText(), readNullable(value, in));
        }
        return Collections.unmodifiableMap(map);
    }

    /** Every element takes a byte at least, so a larger count is damage and must not allocate. */
    private static int count(ByteReader in) {
        int size = in.readVarInt();
        if (size > in.remaining()) {
            throw new WireFormatException("a collection is longer than its bytes");
        }
        return size;
    }
}
