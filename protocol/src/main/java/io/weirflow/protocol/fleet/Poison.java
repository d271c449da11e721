package io.weirflow.protocol.fleet;

import io.weirflow.api.pipeline.StagePlan;

/**
 * A row at which a slot fails again and again, under one version of its stage: another may be able to process it. Together with the slot, position and
 * number name the row for good: what lies in a log does not change.
 *
 * @param position of its record in the slot's log; of an inbox the offset
 * @param row its number in the record, from 0; 0 in a source, whose records are rows
 * @param step id of the step that failed, or -1 when it was none that has an errors stream
 * @param record the row as text, for a person; cut when it is long
 * @param stageVersion of the stage that cannot process it
 */
public record Poison(long position, int row, int step, String record, int stageVersion) {

    /** Longer texts are cut: they go into the control log. */
    public static final int MAX_RECORD_CHARS = 4 << 10;

    public Poison {
        if (position < 0 || row < 0) {
            throw new IllegalArgumentException("a row at " + position + ":" + row);
        }
        if (record.length() > MAX_RECORD_CHARS) {
            record = record.substring(0, MAX_RECORD_CHARS);
        }
    }

    /** A row that the first version of a stage cannot process. */
    public Poison(long position, int row, int step, String record) {
        this(position, row, step, record, StagePlan.FIRST_VERSION);
    }

    /** Returns whether this is about the same row of the slot's log, and the same version of its stage. */
    public boolean same(Poison other) {
        return position == other.position && row == other.row && stageVersion == other.stageVersion;
    }

    /** Returns the row's name as people write it: {@code POSITION}, or {@code POSITION:ROW} behind the first row of a record. */
    public String place() {
        return row == 0 ? Long.toString(position) : position + ":" + row;
    }
}
