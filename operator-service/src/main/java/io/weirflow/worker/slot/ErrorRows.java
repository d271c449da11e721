package io.weirflow.worker.slot;

import io.weirflow.api.pipeline.ErrorColumns;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import io.weirflow.worker.connect.JsonRows;
import org.jspecify.annotations.Nullable;

/** Makes the rows of errors streams. The row that it returns is reused. Used by the slot's thread. */
final class ErrorRows {

    /** Longer texts are cut: an error must not be too large for a topic. */
    private static final int MAX_RAW_CHARS = 64 << 10;

    private final JsonRows json;
    private final RecordPlace place;
    private final MutableRow row = new MutableRow(ErrorColumns.ROW_TYPE.size());

    /** @param inputType the columns of the rows that errors are about */
    ErrorRows(RowType inputType, RecordPlace place) {
        this.json = new JsonRows(inputType);
        this.place = place;
    }

    /** Returns an error about a row. */
    Row of(Row input, String reason) {
        return of(json.render(input), reason);
    }

    /** Returns an error about what is already text. */
    Row of(@Nullable String raw, String reason) {
        row.setObject(ErrorColumns.ERROR, reason);
        row.setObject(
                ErrorColumns.RAW, raw != null && raw.length() > MAX_RAW_CHARS ? raw.substring(0, MAX_RAW_CHARS) : raw);
        row.setObject(ErrorColumns.TOPIC, place.log());
        row.setInt(ErrorColumns.PARTITION, place.partition());
        row.setLong(ErrorColumns.OFFSET, place.offset());
        if (place.timestampMs() == EventTime.NONE_MS) {
            row.setNull(ErrorColumns.AT);
        } else {
            row.setLong(ErrorColumns.AT, place.timestampMs());
        }
        return row;
    }

    /** Returns the event time of the errors of the record that the slot is at. */
    long eventTimeMs() {
        return place.timestampMs();
    }
}
