package io.weirflow.api.pipeline;

import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;

/** The columns of every {@code .errors} stream, of streams and of stages. */
public final class ErrorColumns {

    public static final int ERROR = 0;
    public static final int RAW = 1;
    public static final int TOPIC = 2;
    public static final int PARTITION = 3;
    public static final int OFFSET = 4;
    public static final int AT = 5;

    /**
     * {@code error}: the reason; {@code raw}: the record as text, or the row as JSON; {@code topic}, {@code partition},
     * {@code offset}: the place of the record in its log (a file's path, 0 and the byte offset for files); {@code at}: the time
     * that the log gave the record, NULL where it gives none.
     */
    public static final RowType ROW_TYPE = RowType.of(
            Column.required("error", Scalar.VARCHAR),
            Column.of("raw", Scalar.VARCHAR),
            Column.required("topic", Scalar.VARCHAR),
            Column.required("partition", Scalar.INTEGER),
            Column.required("offset", Scalar.BIGINT),
            Column.of("at", Scalar.TIMESTAMP));

    private ErrorColumns() {}
}
