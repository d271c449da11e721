package io.weirflow.worker.connect;

import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.format.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Renders rows of one type as JSON, for the errors streams: as the format json writes them. Used by one thread. */
public final class JsonRows {

    private final RowEncoder encoder;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public JsonRows(RowType rowType) {
        this.encoder = new JsonFormat().encoder(Options.NONE, rowType).orElseThrow();
    }

    /** Returns a row as a JSON object. */
    public String render(Row row) {
        bytes.reset();
        encoder.encode(row, bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
