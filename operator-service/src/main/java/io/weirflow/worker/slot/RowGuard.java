package io.weirflow.worker.slot;

import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.fleet.Poison;
import io.weirflow.worker.connect.JsonRows;
import java.util.List;
import java.util.Objects;

/**
 * Knows which rows of the slot's log are parked, which record nobody can pass, and which row is to blame when a step throws what it must not (rule R12). Used by the
 * slot's thread.
 */
final class RowGuard {

    private final PoisonedRows poisoned;
    private final StepChain chain;
    private final List<RowType> ports;
    private final RecordPlace place;

    /** @param ports the columns of the rows of each port */
    RowGuard(PoisonedRows poisoned, StepChain chain, List<RowType> ports, RecordPlace place) {
        this.poisoned = poisoned;
        this.chain = chain;
        this.ports = List.copyOf(ports);
        this.place = place;
    }

    /** Returns whether the record at a position has a row to pass over. */
    boolean hasParked(long position) {
        return poisoned.hasParked(position);
    }

    /** Returns the position of the record, from this one on, that no life of the slot can pass; {@link Long#MAX_VALUE} for none. */
    long impassable(long fromPosition) {
        return poisoned.impassable(fromPosition);
    }

    /** Passes over a row when it is parked: it goes to the errors stream of the step that has failed, and to no other. */
    boolean passesOver(long position, int index, int port, Row row) {
        RecordPoisoned found = poisoned.parked(position, index);
        if (found == null) {
            return false;
        }
        ErrorRows errors = new ErrorRows(ports.get(port), place);
        chain.acceptParked(found.poison().step(), errors.of(row, "parked: " + found.reason()), errors.eventTimeMs());
        return true;
    }

    /** Returns the failure of the slot, with the row at which it happened, unless it has nothing to do with any row. */
    RuntimeException blame(Throwable thrown, long position, int index, int port, Row row) {
        if (StepFailure.isNoMatterOfRows(thrown)) {
            return (RuntimeException) thrown;
        }
        int step = thrown instanceof StepFailure failure ? failure.step() : -1;
        String what = thrown instanceof StepFailure failure
                ? "step '" + failure.entry() + "': " + Objects.requireNonNull(failure.getCause())
                : thrown.toString();
        Poison poison = new Poison(position, index, step, text(ports.get(port), row), poisoned.stageVersion());
        String reason = "row " + poison.place() + " of " + place.log() + "-" + place.partition()
                + " cannot be processed: " + what;
        return new SlotFailure(reason, true, thrown, poison);
    }

    /** A row that makes steps throw may make its text throw, too. */
    private static String text(RowType type, Row row) {
        try {
            return new JsonRows(type).render(row);
        } catch (RuntimeException e) {
            return "(has no text: " + e + ")";
        }
    }
}
