package io.weirflow.worker.slot;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a slot's log that were found to make it fail (rule R12), by position and number. Each was found under one version of the stage, and
 * means something for slots of that version only: another may be able to process it. Immutable.
 */
public final class PoisonedRows {

    /** Of most slots. */
    public static final PoisonedRows NONE = of(List.of());

    private final List<RecordPoisoned> all;
    private final int stageVersion;
    private final Map<Long, Map<Integer, RecordPoisoned>> parked = new HashMap<>();

    private PoisonedRows(List<RecordPoisoned> all, int stageVersion) {
        this.all = List.copyOf(all);
        this.stageVersion = stageVersion;
        all.stream()
                .filter(RecordPoisoned::parked)
                .forEach(one -> parked.computeIfAbsent(one.poison().position(), any -> new HashMap<>())
                        .put(one.poison().row(), one));
    }

    /** @param all of one slot, of whatever version */
    public static PoisonedRows of(List<RecordPoisoned> all) {
        return new PoisonedRows(all, StagePlan.FIRST_VERSION);
    }

    /** Returns those that are such under a version of the stage. */
    PoisonedRows under(int version) {
        List<RecordPoisoned> ofVersion = all.stream()
                .filter(one -> one.poison().stageVersion() == version)
                .toList();
        return new PoisonedRows(ofVersion, version);
    }

    /** Returns the version of the stage that cannot process them. */
    int stageVersion() {
        return stageVersion;
    }

    /** Returns whether the record at a position has a parked row. */
    boolean hasParked(long position) {
        return !parked.isEmpty() && parked.containsKey(position);
    }

    /** Returns what was decided on a parked row, or null for any other. */
    @Nullable
    RecordPoisoned parked(long position, int row) {
        return parked.getOrDefault(position, Map.of()).get(row);
    }

    /** Returns the position of the record, from this one on, that no life of the slot can pass; {@link Long#MAX_VALUE} for none. */
    long impassable(long fromPosition) {
        return all.stream()
                .filter(one -> !one.parked() && one.poison().position() >= fromPosition)
                .mapToLong(one -> one.poison().position())
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
