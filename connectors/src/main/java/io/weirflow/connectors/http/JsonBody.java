package io.weirflow.connectors.http;

import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.format.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Some columns of a row as a JSON object. Used by one thread. */
final class JsonBody {

    /** No body. */
    static final JsonBody NONE = new JsonBody(new int[0], RowType.EMPTY, null);

    private final int[] columns;
    private final RowType type;
    private final @Nullable RowEncoder encoder;
    private final MutableRow sent;

    private JsonBody(int[] columns, RowType type, @Nullable RowEncoder encoder) {
        this.columns = columns;
        this.type = type;
        this.encoder = encoder;
        this.sent = new MutableRow(columns.length);
    }

    /** @param names columns; empty for all */
    static JsonBody of(RowType rowType, List<String> names) {
        List<Integer> indexes = names.isEmpty()
                ? IntStream.range(0, rowType.size()).boxed().toList()
                : names.stream().map(rowType::indexOf).toList();
        RowType type = RowType.of(indexes.stream().map(rowType::column).toList());
        int[] columns = indexes.stream().mapToInt(Integer::intValue).toArray();
        return new JsonBody(
                columns, type, new JsonFormat().encoder(Options.NONE, type).orElseThrow());
    }

    /** Returns the text to send, or null for no body. */
    @Nullable
    String of(Row row) {
        if (encoder == null) {
            return null;
        }
        sent.clear();
        for (int i = 0; i < columns.length; i++) {
            sent.setFrom(i, row, columns[i], type.column(i).type());
        }
        return new String(encoder.bytes(sent), StandardCharsets.UTF_8);
    }
}
