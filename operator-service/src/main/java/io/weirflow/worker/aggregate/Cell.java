package io.weirflow.worker.aggregate;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.DataType;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.row.ValueCodec;
import io.weirflow.worker.functions.Comparisons;
import java.util.Objects;

/** A place for one value of any type or none: a word that says whether there is one, and a slot for it. */
final class Cell {

    private final DataType type;
    private final DataType.Storage storage;
    private final int present;
    private final int slot;

    Cell(DataType type, Part.Layout layout) {
        this.type = type;
        this.storage = type.storage();
        this.present = layout.word();
        this.slot = storage == DataType.Storage.OBJECT ? layout.object() : layout.word();
    }

    DataType.Storage storage() {
        return storage;
    }

    /** Returns the word that is 1 when there is a value. */
    int present() {
        return present;
    }

    int slot() {
        return slot;
    }

    boolean isEmpty(Accumulators state) {
        return state.words[present] == 0;
    }

    void set(Accumulators state, MutableRow row, int column) {
        state.words[present] = 1;
        switch (storage) {
            case WORD -> state.words[slot] = row.getLong(column);
            case DOUBLE_WORD -> state.setReal(slot, row.getDouble(column));
            case OBJECT -> state.objects[slot] = row.getObject(column);
        }
    }

    void set(Accumulators state, Accumulators other) {
        state.words[present] = 1;
        if (storage == DataType.Storage.OBJECT) {
            state.objects[slot] = other.objects[slot];
        } else {
            state.words[slot] = other.words[slot];
        }
    }

    /** Compares the value of a row with the one here. */
    int compare(MutableRow row, int column, Accumulators state) {
        return switch (storage) {
            case WORD -> Long.compare(row.getLong(column), state.words[slot]);
            case DOUBLE_WORD -> Comparisons.compare(row.getDouble(column), state.real(slot));
            case OBJECT ->
                Comparisons.compareBoxed(
                        Objects.requireNonNull(row.getObject(column)), Objects.requireNonNull(state.objects[slot]));
        };
    }

    int compare(Accumulators other, Accumulators state) {
        return switch (storage) {
            case WORD -> Long.compare(other.words[slot], state.words[slot]);
            case DOUBLE_WORD -> Comparisons.compare(other.real(slot), state.real(slot));
            case OBJECT ->
                Comparisons.compareBoxed(
                        Objects.requireNonNull(other.objects[slot]), Objects.requireNonNull(state.objects[slot]));
        };
    }

    void get(Accumulators state, MutableRow out, int column) {
        if (isEmpty(state)) {
            out.setNull(column);
            return;
        }
        switch (storage) {
            case WORD -> out.setLong(column, state.words[slot]);
            case DOUBLE_WORD -> out.setDouble(column, state.real(slot));
            case OBJECT -> out.setObject(column, state.objects[slot]);
        }
    }

    void write(Accumulators state, ByteWriter out) {
        out.writeByte((int) state.words[present]);
        if (isEmpty(state)) {
            return;
        }
        switch (storage) {
            case WORD -> out.writeZigZag(state.words[slot]);
            case DOUBLE_WORD -> out.writeLong(state.words[slot]);
            case OBJECT -> ValueCodec.write(type, state.objects[slot], out);
        }
    }

    void read(Accumulators state, ByteReader in) {
        state.words[present] = in.readByte() == 0 ? 0 : 1;
        if (isEmpty(state)) {
            return;
        }
        switch (storage) {
            case WORD -> state.words[slot] = in.readZigZag();
            case DOUBLE_WORD -> state.words[slot] = in.readLong();
            case OBJECT -> state.objects[slot] = ValueCodec.read(type, in);
        }
    }
}
