package io.weirflow.connectors.format;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes record keys of columns: one column as its plain text, several as a JSON object in their order. Used by one thread. */
public final class KeyText {

    private final RowType rowType;
    private final RowType keyType;
    private final int[] columns;
    private final byte[][] names;
    private final JsonWriter writer = new JsonWriter();
    private final MutableRow key;

    /** @param keyColumns names of columns of the row, at least one */
    public KeyText(RowType rowType, List<String> keyColumns) {
        this.rowType = rowType;
        this.columns = keyColumns.stream().mapToInt(rowType::indexOf).toArray();
        this.keyType = RowType.of(keyColumns.stream()
                .map(name -> rowType.column(rowType.indexOf(name)))
                .toList());
        this.names = JsonWriter.quotedNames(keyType);
        this.key = new MutableRow(columns.length);
    }

    /** Returns the key in UTF-8; null when the key is one column and that is NULL. */
    public byte @Nullable [] bytes(Row row) {
        if (columns.length == 1) {
            return row.isNull(columns[0])
                    ? null
                    : ColumnText.of(row, columns[0], rowType).getBytes(StandardCharsets.UTF_8);
        }
        for (int i = 0; i < columns.length; i++) {
            key.setFrom(i, row, columns[i], keyType.column(i).type());
        }
        writer.reset();
        writer.object(key, keyType, names);
        return writer.toBytes();
    }
}
