package io.weirflow.testkit.operator;

import io.weirflow.api.connector.Options;
import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.row.RowCodec;
import io.weirflow.state.Delta;
import io.weirflow.state.HeapBackend;
import io.weirflow.state.KeyedOperatorState;
import io.weirflow.state.Restore;
import io.weirflow.state.SlotStore;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Plays one scenario in one way. */
final class OperatorRun {

    private static final int STEP = 0;
    private static final byte[] NO_PROGRESS = {};
    private static final int MAX_ROUNDS = 10_000_000;

    private final Supplier<? extends Operator> factory;
    private final RowType inputType;
    private final RowType outputType;
    private final Options config;
    private final OperatorKit.Mode mode;
    private final int[] keyColumns;
    private final RowType keyType;
    private final KitOutput out;

    /** The compacted changelog: key to value, both in hexadecimal, in the order of keys. */
    private final TreeMap<String, String> changelog = new TreeMap<>();

    private long offset;
    private long watermarkMs = Long.MIN_VALUE;
    private SlotStore store;
    private KeyedOperatorState state;
    private KitContext context;
    private Operator operator;

    OperatorRun(
            Supplier<? extends Operator> factory,
            RowType inputType,
            RowType outputType,
            Options config,
            List<String> keyColumns,
            OperatorKit.Mode mode) {
        this.factory = factory;
        this.inputType = inputType;
        this.outputType = outputType;
        this.config = config;
        this.mode = mode;
        this.out = new KitOutput(inputType, outputType, mode.refusing());
        this.keyColumns = keyColumns.stream().mapToInt(this::columnIndex).toArray();
        List<Column> columns = new ArrayList<>();
        for (int column : this.keyColumns) {
            columns.add(inputType.column(column));
        }
        this.keyType = RowType.of(columns);
        this.store = restored();
        this.state = new KeyedOperatorState(store, STEP);
        this.context = new KitContext(inputType, outputType, config, state, watermarkMs);
        this.operator = factory.get();
    }

    private int columnIndex(String name) {
        int index = inputType.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("the input has no column '" + name + "': " + inputType.sql());
        }
        return index;
    }

    List<Emitted> emitted() {
        return out.emitted();
    }

    /** Returns all state of the operator, in hexadecimal. */
    Map<String, String> state() {
        return changelog;
    }

    void play(List<OperatorKit.Event> events) {
        operator.open(context);
        int played = 0;
        for (OperatorKit.Event event : events) {
            context.setOffset(offset++);
            if (event instanceof OperatorKit.Event.RowEvent rowEvent) {
                process(rowEvent);
                fireTimers();
            } else if (event instanceof OperatorKit.Event.WatermarkEvent watermark) {
                advance(watermark.timeMs());
            } else if (event instanceof OperatorKit.Event.ActEvent act) {
                out.setOpen(true);
                act.action().accept(operator, out);
                out.setOpen(false);
            }
            if (mode.restartsAfter(++played)) {
                checkpoint();
                restart();
            }
        }
        checkpoint();
        operator.close();
        store.close();
    }

    private void process(OperatorKit.Event.RowEvent event) {
        MutableRow row = event.row().copy();
        if (keyColumns.length > 0) {
            state.setCurrentKey(keyOf(row));
        }
        int before = out.emitted().size();
        out.setOpen(true);
        try {
            operator.process(row, event.timeMs(), out);
        } catch (RowException e) {
            if (out.emitted().size() > before) {
                throw new AssertionError("emitted rows of an input row and then refused it: " + row, e);
            }
            out.emitError(row.toString(), String.valueOf(e.getMessage()));
        } finally {
            out.setOpen(false);
        }
        // The engine uses its rows again: whoever kept this one sees it change.
        row.clear();
    }

    private byte[] keyOf(MutableRow row) {
        MutableRow key = new MutableRow(keyColumns.length);
        for (int i = 0; i < keyColumns.length; i++) {
            key.setFrom(i, row, keyColumns[i], keyType.column(i).type());
        }
        return new RowCodec(keyType).toBytes(key);
    }

    private void fireTimers() {
        out.setOpen(true);
        for (int round = 0; !state.fireDue(watermarkMs, out, (key, timeMs) -> onTimer(timeMs)); round++) {
            checkRounds(round, "timers");
        }
        out.setOpen(false);
    }

    private void onTimer(long timeMs) {
        try {
            operator.onTimer(timeMs, out);
        } catch (RowException e) {
            out.emitError("", String.valueOf(e.getMessage()));
        }
    }

    private void advance(long timeMs) {
        // Of a chain, the operators before this one have emitted already what the watermark makes due; now it has
        // arrived here.
        watermarkMs = timeMs;
        context.setWatermarkMs(timeMs);
        fireTimers();
        out.setOpen(true);
        int refusals = out.refusals();
        for (int round = 0; !operator.advance(timeMs, out); round++) {
            if (out.refusals() == refusals) {
                throw new AssertionError("advance() returned false although the output had room");
            }
            refusals = out.refusals();
            checkRounds(round, "advance()");
        }
        out.setOpen(false);
    }

    private static void checkRounds(int round, String what) {
        if (round > MAX_ROUNDS) {
            throw new AssertionError(what + " does not come to an end");
        }
    }

    private void checkpoint() {
        operator.beforeCheckpoint();
        Delta delta = store.freeze();
        delta.forEach((key, value) -> {
            if (value == null) {
                changelog.remove(HexFormat.of().formatHex(key));
            } else {
                changelog.put(HexFormat.of().formatHex(key), HexFormat.of().formatHex(value));
            }
        });
        store.commit(delta, NO_PROGRESS, offset);
    }

    private void restart() {
        operator.close();
        store.close();
        store = restored();
        state = new KeyedOperatorState(store, STEP);
        context = new KitContext(inputType, outputType, config, state, watermarkMs);
        operator = factory.get();
        operator.open(context);
    }

    private SlotStore restored() {
        SlotStore restored = SlotStore.open(new HeapBackend());
        Restore restore = restored.beginRestore();
        changelog.forEach((key, value) ->
                restore.put(HexFormat.of().parseHex(key), HexFormat.of().parseHex(value)));
        restore.finish(NO_PROGRESS, offset);
        return restored;
    }
}
