package io.weirflow.testkit.operator;

import io.weirflow.api.operator.Output;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is emitted; refuses every other time when asked to. */
final class KitOutput implements Output {

    private final RowType inputType;
    private final RowType outputType;
    private final boolean refusing;
    private final List<Emitted> emitted = new ArrayList<>();
    private boolean room;
    private boolean open;
    private int refusals;

    KitOutput(RowType inputType, RowType outputType, boolean refusing) {
        this.inputType = inputType;
        this.outputType = outputType;
        this.refusing = refusing;
    }

    List<Emitted> emitted() {
        return emitted;
    }

    int refusals() {
        return refusals;
    }

    /** Says whether the operator may emit now. */
    void setOpen(boolean open) {
        this.open = open;
    }

    @Override
    public boolean hasRoom() {
        room = !refusing || !room;
        refusals += room ? 0 : 1;
        return room;
    }

    @Override
    public void emit(Row row, long eventTimeMs) {
        add(new Emitted.Result(eventTimeMs, Emitted.values(outputType, row)));
    }

    @Override
    public void emitLate(Row row, long eventTimeMs) {
        add(new Emitted.Late(eventTimeMs, Emitted.values(inputType, row)));
    }

    @Override
    public void emitError(String rawJson, String reason) {
        add(new Emitted.Failure(reason));
    }

    private void add(Emitted one) {
        if (!open) {
            throw new AssertionError("emitted outside of process, onTimer and advance: " + one);
        }
        emitted.add(one);
    }
}
