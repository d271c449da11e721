package io.weirflow.worker.slot;

import io.weirflow.api.connector.Options;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.state.StateTable;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.row.RowCodec;
import io.weirflow.state.KeyedOperatorState;
import io.weirflow.state.SlotStore;
import io.weirflow.worker.operators.LooksAhead;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The state of one step in one slot, as its operator sees it. It looks ahead for operators that do not do so themselves: what they will ask for are mostly their values
 * of the row's key. Used by the slot's thread.
 */
final class StepState implements OperatorContext, LooksAhead {

    private final Step step;
    private final KeyedOperatorState state;
    private final RecordPlace place;
    private final int[] keyColumns;
    private final RowCodec keyCodec;
    private final MutableRow key;
    private final ByteWriter keyBytes = new ByteWriter(64);
    private List<byte[]> expected = new ArrayList<>();
    private long watermarkMs;

    /** @param watermarkMs what the step had heard of at the checkpoint */
    StepState(Step step, SlotStore store, RecordPlace place, long watermarkMs) {
        this.step = step;
        this.place = place;
        this.watermarkMs = watermarkMs;
        this.state = new KeyedOperatorState(store, step.stateId());
        List<Integer> columns = step.spec() instanceof StepSpec.UserOperator user ? user.keyColumns() : List.of();
        this.keyColumns = columns.stream().mapToInt(Integer::intValue).toArray();
        List<Column> keys = columns.stream().map(step.inputType()::column).toList();
        this.keyCodec = new RowCodec(RowType.of(keys));
        this.key = new MutableRow(keyColumns.length);
        this.state.setCurrentKey(new byte[0]);
    }

    Step step() {
        return step;
    }

    /** Makes the row's key the current one, for a step that was shuffled by key. */
    void enter(Row row) {
        if (keyColumns.length > 0) {
            state.setCurrentKey(keyOf(row));
        }
    }

    private byte[] keyOf(Row row) {
        for (int i = 0; i < keyColumns.length; i++) {
            key.setFrom(
                    i,
                    row,
                    keyColumns[i],
                    step.inputType().column(keyColumns[i]).type());
        }
        keyBytes.reset();
        keyCodec.write(key, keyBytes);
        return keyBytes.toBytes();
    }

    @Override
    public boolean looksAhead() {
        return keyColumns.length > 0 && state.hasValues();
    }

    @Override
    public void expect(Row row, long eventTimeMs) {
        expected.add(keyOf(row));
    }

    @Override
    public int prefetch() {
        List<byte[]> keys = expected;
        expected = new ArrayList<>(keys.size());
        return state.prefetch(keys);
    }

    void watermark(long newWatermarkMs) {
        watermarkMs = newWatermarkMs;
    }

    /** Fires the timers that are due; false when there was no room for all. */
    boolean fireDue(long upToMs, Output out, LongConsumer handler) {
        return state.fireDue(upToMs, out, (timerKey, timeMs) -> handler.accept(timeMs));
    }

    @Override
    public RowType inputType() {
        return step.inputType();
    }

    @Override
    public RowType outputType() {
        return step.rowType();
    }

    @Override
    public Options config() {
        return step.spec() instanceof StepSpec.UserOperator user ? user.config() : Options.NONE;
    }

    @Override
    public ValueState value(String name, DataType type) {
        return state.value(name, type);
    }

    @Override
    public StateTable table(String name) {
        return state.table(name);
    }

    @Override
    public Timers timers() {
        return state.timers();
    }

    @Override
    public long watermarkMs() {
        return watermarkMs;
    }

    @Override
    public long random() {
        return place.random(step.stateId());
    }
}
