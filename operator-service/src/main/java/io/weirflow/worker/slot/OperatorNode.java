package io.weirflow.worker.slot;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.Output;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.row.Row;
import io.weirflow.worker.call.HoldsBack;
import io.weirflow.worker.operators.LooksAhead;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Runs an operator, and hands its rows to the steps after it. */
final class OperatorNode implements Node, Output {

    /** How often an operator may ask for room before it gets none, so that the slot's thread comes to its other slots while many results are due. */
    private static final int MAX_AT_ONCE = 8_192;

    /** The slot is asked for room once for so many: to know it takes longer than to fire for a key whose result nobody wants. */
    private static final int ROWS_PER_QUESTION = 16;

    private final Operator operator;
    private final @Nullable HoldsBack holding;
    private final LooksAhead ahead;
    private final StepState state;
    private final ErrorRows errors;
    private final BooleanSupplier slotHasRoom;
    private final StepMetrics metrics;
    private final Map<Tag, Node[]> next = new EnumMap<>(Tag.class);
    private Node[] main = {};
    private boolean timersFired;
    private boolean afterRow;
    private int asked;

    OperatorNode(
            Operator operator, StepState state, ErrorRows errors, BooleanSupplier slotHasRoom, StepMetrics metrics) {
        this.operator = operator;
        this.holding = operator instanceof HoldsBack holds ? holds : null;
        this.ahead = operator instanceof LooksAhead looking ? looking : state;
        this.state = state;
        this.errors = errors;
        this.slotHasRoom = slotHasRoom;
        this.metrics = metrics;
    }

    /** Connects the steps that take this one's rows. Called once, before the first row. */
    void connect(Tag tag, List<Node> nodes) {
        next.put(tag, nodes.toArray(Node[]::new));
        if (tag == Tag.MAIN) {
            main = nodes.toArray(Node[]::new);
        }
    }

    /** @param watermarkMs what the step had heard of at the checkpoint */
    void open(long watermarkMs) {
        state.watermark(watermarkMs);
        operator.open(state);
    }

    @Override
    public boolean mayHold() {
        return holding != null;
    }

    @Override
    public long heldMs() {
        return holding == null ? Long.MAX_VALUE : holding.heldMs();
    }

    @Override
    public boolean looksAhead() {
        return ahead.looksAhead();
    }

    @Override
    public void expect(Row row, long eventTimeMs) {
        try {
            ahead.expect(row, eventTimeMs);
        } catch (RowException | RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            // It will arise again when the row comes, where it can be told which row it was.
            return;
        }
    }

    @Override
    public int prefetch() {
        return ahead.prefetch();
    }

    @Override
    public void accept(Row row, long eventTimeMs) {
        metrics.in();
        asked = 0;
        state.enter(row);
        try {
            operator.process(row, eventTimeMs, this);
        } catch (RowException e) {
            emitErrorRow(errors.of(row, reason(e)));
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            throw StepFailure.of(state.step().id(), state.step().entry(), e);
        }
        fireAfterRow();
    }

    /** Timers that the row has set in the past fire at once, room or not: when they fire must not depend on how fast others are. */
    private void fireAfterRow() {
        afterRow = true;
        try {
            boolean all = state.fireDue(state.watermarkMs(), this, this::fire);
            if (!all) {
                throw new IllegalStateException("timers are due after a row although nothing held them back");
            }
        } finally {
            afterRow = false;
        }
    }

    /** {@inheritDoc} All timers fire before the operator hears of the time; those that it sets then wait, however often it is called. */
    @Override
    public boolean advance(long watermarkMs) {
        state.watermark(watermarkMs);
        asked = 0;
        timersFired = timersFired || state.fireDue(watermarkMs, this, this::fire);
        if (!timersFired || !operator.advance(watermarkMs, this)) {
            return false;
        }
        timersFired = false;
        return true;
    }

    private void fire(long timeMs) {
        try {
            operator.onTimer(timeMs, this);
        } catch (RowException e) {
            emitErrorRow(errors.of((String) null, reason(e)));
        }
    }

    @Override
    public void beforeCheckpoint() {
        operator.beforeCheckpoint();
    }

    @Override
    public void close() {
        operator.close();
    }

    @Override
    public boolean hasRoom() {
        if (afterRow) {
            return true;
        }
        boolean asksSlot = asked % ROWS_PER_QUESTION == 0;
        if (asked == MAX_AT_ONCE || asksSlot && !slotHasRoom.getAsBoolean()) {
            return false;
        }
        asked++;
        return true;
    }

    @Override
    public void emit(Row row, long eventTimeMs) {
        metrics.out();
        for (Node node : main) {
            node.accept(row, eventTimeMs);
        }
    }

    @Override
    public void emitLate(Row row, long eventTimeMs) {
        metrics.late();
        for (Node node : nodes(Tag.LATE)) {
            node.accept(row, eventTimeMs);
        }
    }

    @Override
    public void emitError(String rawJson, String reason) {
        emitErrorRow(errors.of(rawJson, reason));
    }

    /** Takes a row that made the operator fail before, and was parked. */
    void acceptParked(Row error, long eventTimeMs) {
        metrics.error();
        for (Node node : nodes(Tag.ERRORS)) {
            node.accept(error, eventTimeMs);
        }
    }

    private void emitErrorRow(Row row) {
        metrics.error();
        for (Node node : nodes(Tag.ERRORS)) {
            node.accept(row, errors.eventTimeMs());
        }
    }

    private Node[] nodes(Tag tag) {
        Node @Nullable [] nodes = next.get(tag);
        return nodes == null ? new Node[0] : nodes;
    }

    private static String reason(RowException e) {
        return String.valueOf(e.getMessage());
    }
}
