package io.weirflow.worker.operators;

import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.StepSpec.Alert;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.bytes.Hash64;
import io.weirflow.worker.codegen.RowMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Makes the rows {@code alert_id, name, key columns, state, since, at, severity, summary, other columns}. */
final class AlertRows {

    static final String FIRING = "FIRING";
    static final String RESOLVED = "RESOLVED";

    private static final int ALERT_ID = 0;
    private static final int NAME = 1;
    private static final int KEYS = 2;

    private final Alert spec;
    private final RowType inputType;
    private final RowMapper summary;
    private final int[] otherColumns;
    private final int stateColumn;
    private final MutableRow summaryRow = new MutableRow(1);
    private final MutableRow row;

    /**
     * @param summary makes a row of the summary alone
     */
    AlertRows(Alert spec, RowType inputType, RowMapper summary) {
        this.spec = spec;
        this.inputType = inputType;
        this.summary = summary;
        this.otherColumns = otherColumns(spec, inputType);
        this.stateColumn = KEYS + spec.keyColumns().size();
        this.row = new MutableRow(rowType(spec, inputType).size());
    }

    private static int[] otherColumns(Alert spec, RowType inputType) {
        int[] others = new int[inputType.size()];
        int count = 0;
        for (int i = 0; i < others.length; i++) {
            if (!spec.keyColumns().contains(i)) {
                others[count++] = i;
            }
        }
        return Arrays.copyOf(others, count);
    }

    /** Returns the type of the rows of an alert over rows of a type. */
    static RowType rowType(Alert spec, RowType inputType) {
        List<Column> columns = new ArrayList<>();
        columns.add(Column.required("alert_id", Scalar.VARCHAR));
        columns.add(Column.required("name", Scalar.VARCHAR));
        spec.keyColumns().forEach(key -> columns.add(inputType.column(key)));
        columns.add(Column.required("state", Scalar.VARCHAR));
        columns.add(Column.required("since", Scalar.TIMESTAMP));
        columns.add(Column.required("at", Scalar.TIMESTAMP));
        columns.add(Column.required("severity", Scalar.VARCHAR));
        columns.add(new Column("summary", Scalar.VARCHAR, spec.summary().nullable()));
        for (int other : otherColumns(spec, inputType)) {
            columns.add(inputType.column(other));
        }
        return RowType.of(columns);
    }

    /**
     * Checks that a step has the columns that this makes.
     *
     * @throws IllegalStateException when it has others
     */
    void check(RowType stepType) {
        RowType expected = rowType(spec, inputType);
        boolean same = stepType.size() == expected.size();
        for (int i = 0; same && i < expected.size(); i++) {
            same = stepType.column(i).name().equals(expected.column(i).name())
                    && stepType.column(i).type().equals(expected.column(i).type());
        }
        if (!same) {
            throw new IllegalStateException("the alert '" + spec.name() + "' makes the columns " + expected.sql()
                    + ", but its step in the plan has " + stepType.sql());
        }
    }

    /** Evaluates the summary of a row, for the rows that are emitted next. */
    void summarise(Row input) throws RowException {
        summary.map(input, summaryRow);
    }

    /** Leaves the summary of the rows that are emitted next empty. */
    void withoutSummary() {
        summaryRow.setObject(0, "");
    }

    /** Emits a change of state, with the columns of {@code input} and the summary that was evaluated last. */
    void emit(Row input, byte[] key, String state, long sinceMs, long atMs, Output out) {
        row.setObject(ALERT_ID, alertId(key, sinceMs));
        row.setObject(NAME, spec.name());
        int at = KEYS;
        for (int column : spec.keyColumns()) {
            row.setFrom(at++, input, column, inputType.column(column).type());
        }
        row.setObject(stateColumn, state);
        row.setLong(stateColumn + 1, sinceMs);
        row.setLong(stateColumn + 2, atMs);
        row.setObject(stateColumn + 3, spec.severity());
        row.setFrom(stateColumn + 4, summaryRow, 0, Scalar.VARCHAR);
        at = stateColumn + 5;
        for (int column : otherColumns) {
            row.setFrom(at++, input, column, inputType.column(column).type());
        }
        out.emit(row, atMs);
    }

    /** The same for the rows of one alert from firing to resolved, and on every machine. */
    private String alertId(byte[] key, long sinceMs) {
        byte[] name = spec.name().getBytes(StandardCharsets.UTF_8);
        long hash = Hash64.of(key, 0, key.length, Hash64.of(name, 0, name.length, sinceMs));
        return HexFormat.of().toHexDigits(hash);
    }
}
