package io.weirflow.protocol.row;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;

/**
 * The binary form of rows of one type: one bit for each nullable column (1 for NULL), then the values that are not NULL, in order.
 * Whole numbers, dates and times are zig-zag varints, DOUBLE 8 bytes, BOOLEAN 1 byte; texts, bytes and the unscaled value of decimals
 * have their length before them. Equal rows give equal bytes, so the form serves as a key, too. Immutable and safe for use by several
 * threads.
 */
public final class RowCodec {

    private final DataType[] types;
    private final int[] nullBit;
    private final int nullBytes;

    public RowCodec(RowType rowType) {
        types = new DataType[rowType.size()];
        nullBit = new int[types.length];
        int bits = 0;
        for (int i = 0; i < types.length; i++) {
            Column column = rowType.column(i);
            types[i] = column.type();
            nullBit[i] = column.nullable() ? bits++ : -1;
        }
        nullBytes = (bits + 7) >> 3;
    }

    public int size() {
        return types.length;
    }

    /**
     * Appends a row.
     *
     * @throws IllegalArgumentException when a column that is never NULL is NULL
     */
    public void write(Row row, ByteWriter out) {
        int nullsAt = out.size();
        for (int i = 0; i < nullBytes; i++) {
            out.writeByte(0);
        }
        for (int i = 0; i < types.length; i++) {
            if (row.isNull(i)) {
                int bit = nullBit[i];
                if (bit < 0) {
                    throw RowParts.unexpectedNull(i);
                }
                out.array()[nullsAt + (bit >> 3)] |= (byte) (1 << (bit & 7));
            } else {
                writeColumn(row, i, out);
            }
        }
    }

    private void writeColumn(Row row, int column, ByteWriter out) {
        DataType type = types[column];
        switch (type.storage()) {
            case WORD -> {
                if (type == DataType.Scalar.BOOLEAN) {
                    out.writeByte((int) row.getLong(column));
                } else {
                    out.writeZigZag(row.getLong(column));
                }
            }
            case DOUBLE_WORD -> out.writeLong(Double.doubleToLongBits(row.getDouble(column)));
            case OBJECT -> ValueCodec.write(type, row.getObject(column), out);
        }
    }

    /**
     * Reads a row into {@code row}, every column of it.
     *
     * @throws io.weirflow.protocol.WireFormatException when the bytes are not a row of this type
     */
    public void read(ByteReader in, MutableRow row) {
        int nullsAt = in.skip(nullBytes);
        byte[] bytes = in.array();
        for (int i = 0; i < types.length; i++) {
            int bit = nullBit[i];
            if (bit >= 0 && (bytes[nullsAt + (bit >> 3)] & (1 << (bit & 7))) != 0) {
                row.setNull(i);
            } else {
                readColumn(in, row, i);
            }
        }
    }

    private void readColumn(ByteReader in, MutableRow row, int column) {
        DataType type = types[column];
        switch (type.storage()) {
            case WORD ->
                row.setLong(column, type == DataType.Scalar.BOOLEAN ? (in.readFlag() ? 1 : 0) : in.readZigZag());
            case DOUBLE_WORD -> row.setDouble(column, Double.longBitsToDouble(in.readLong()));
            case OBJECT -> row.setObject(column, ValueCodec.read(type, in));
        }
    }

    /** Returns a row as bytes of its own. */
    public byte[] toBytes(Row row) {
        ByteWriter out = new ByteWriter(64);
        write(row, out);
        return out.toBytes();
    }

    /** Returns the row that {@link #toBytes} was given. */
    public MutableRow fromBytes(byte[] bytes) {
        MutableRow row = new MutableRow(types.length);
        read(new ByteReader(bytes), row);
        return row;
    }
}
