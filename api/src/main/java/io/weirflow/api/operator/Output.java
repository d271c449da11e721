package io.weirflow.api.operator;

import io.weirflow.api.row.Row;

/** Where an operator puts its rows. Rows are taken over during the call and may be reused after it. */
public interface Output {

    /**
     * Returns whether there is room. An operator that makes many rows at a time asks before each and stops while there is none; one row or
     * one timer may go on regardless.
     */
    boolean hasRoom();

    /**
     * Emits a result.
     *
     * @param eventTimeMs its event time
     */
    void emit(Row row, long eventTimeMs);

    /** Hands a row of the input to the late stream. */
    void emitLate(Row row, long eventTimeMs);

    /**
     * Hands a row to the errors stream.
     *
     * @param rawJson the row as JSON, see {@link RowException}
     */
    void emitError(String rawJson, String reason);
}
