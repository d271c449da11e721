package io.weirflow.worker.operators;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.row.RowCodec;
import io.weirflow.worker.codegen.ExpressionCompiler;
import io.weirflow.worker.codegen.RowMapper;
import java.util.ArrayList;
import java.util.List;

/** Turns the key of a row into bytes in a buffer that is used again for each row. Equal keys give equal bytes. */
final class KeyEncoder {

    private final RowCodec codec;
    private final RowMapper mapper;
    private final MutableRow key;
    private final ByteWriter bytes = new ByteWriter(64);

    private KeyEncoder(RowType keyType, RowMapper mapper) {
        this.codec = new RowCodec(keyType);
        this.mapper = mapper;
        this.key = new MutableRow(keyType.size());
    }

    /** Returns an encoder of expressions over the row. */
    static KeyEncoder of(ExpressionCompiler compiler, List<Expr> keys) {
        List<Column> columns = new ArrayList<>();
        for (Expr expression : keys) {
            columns.add(new Column("key" + columns.size(), expression.type(), expression.nullable()));
        }
        return new KeyEncoder(RowType.of(columns), compiler.mapper(keys));
    }

    /** Returns an encoder of columns of the row. */
    static KeyEncoder ofColumns(RowType rowType, List<Integer> keyColumns) {
        int[] from = keyColumns.stream().mapToInt(Integer::intValue).toArray();
        RowType keyType = RowType.of(keyColumns.stream().map(rowType::column).toList());
        return new KeyEncoder(keyType, (row, out) -> {
            for (int i = 0; i < from.length; i++) {
                out.setFrom(i, row, from[i], keyType.column(i).type());
            }
        });
    }

    /** Encodes the key of a row into {@link #array()}. */
    void encode(Row row) throws RowException {
        mapper.map(row, key);
        bytes.reset();
        codec.write(key, bytes);
    }

    /** Returns the buffer with the last key; valid until the next. */
    byte[] array() {
        return bytes.array();
    }

    int length() {
        return bytes.size();
    }

    /** Writes the values of a key into the first columns of a row. */
    void decode(byte[] encoded, MutableRow out) {
        codec.read(new ByteReader(encoded), out);
    }
}
