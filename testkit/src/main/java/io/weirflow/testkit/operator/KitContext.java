package io.weirflow.testkit.operator;

import io.weirflow.api.connector.Options;
import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.state.StateTable;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.bytes.Hash64;
import io.weirflow.state.KeyedOperatorState;

/** What the operator under test is opened with. */
final class KitContext implements OperatorContext {

    private final RowType inputType;
    private final RowType outputType;
    private final Options config;
    private final KeyedOperatorState state;
    private final ByteWriter place = new ByteWriter(16);
    private long watermarkMs;
    private long offset;
    private long draws;

    KitContext(RowType inputType, RowType outputType, Options config, KeyedOperatorState state, long watermarkMs) {
        this.inputType = inputType;
        this.outputType = outputType;
        this.config = config;
        this.state = state;
        this.watermarkMs = watermarkMs;
    }

    /** Says which record of the log is processed now. */
    void setOffset(long newOffset) {
        offset = newOffset;
        draws = 0;
    }

    void setWatermarkMs(long newWatermarkMs) {
        watermarkMs = newWatermarkMs;
    }

    @Override
    public RowType inputType() {
        return inputType;
    }

    @Override
    public RowType outputType() {
        return outputType;
    }

    @Override
    public Options config() {
        return config;
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
        place.reset();
        place.writeLong(offset);
        place.writeLong(draws++);
        return Hash64.of(place.array(), 0, place.size(), 0);
    }
}
