package io.weirflow.worker.operators;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * Splits time into numbered cells of one length that are aligned to local time, so that cells of a day begin at local midnight.
 *
 * <p>Cell <i>i</i> begins when local clocks show {@code 1970-01-01T00:00 + offset + i × length}. Where all clock changes of the zone are whole
 * multiples of the length (an hour, say), cells go on side by side through a clock change, and all have the same length. Where they are not (a
 * day), a cell in which clocks change is longer or shorter. A beginning that clocks skip is the moment of the change; of one that they
 * show twice the first counts. Either way cells cover all of time without overlap.
 */
final class TimeGrid {

    private final long lengthMs;
    private final long offsetMs;
    private final ZoneRules rules;
    private final boolean fixed;

    /** For a fixed grid: where cell 0 begins. */
    private final long originMs;

    TimeGrid(long lengthMs, long offsetMs, ZoneId zone) {
        this(lengthMs, lengthMs, offsetMs, zone);
    }

    /**
     * @param runMs a multiple of the length: each run of cells of this length as a whole is aligned to local time
     */
    TimeGrid(long lengthMs, long runMs, long offsetMs, ZoneId zone) {
        if (lengthMs < 1) {
            throw new IllegalArgumentException("a window's length of " + lengthMs + " ms is not positive");
        }
        this.lengthMs = lengthMs;
        this.offsetMs = offsetMs;
        this.rules = zone.getRules();
        this.fixed = changesAreMultiples(runMs);
        this.originMs = offsetMs - millis(rules.getOffset(Instant.EPOCH));
    }

    private boolean changesAreMultiples(long runMs) {
        if (rules.isFixedOffset()) {
            return true;
        }
        boolean past = rules.getTransitions().stream()
                .filter(transition -> transition.toEpochSecond() >= 0)
                .allMatch(transition -> isMultiple(transition, runMs));
        // The rules for the future repeat every year, but for the date.
        return past
                && rules.getTransitionRules().stream().allMatch(rule -> isMultiple(rule.createTransition(2000), runMs));
    }

    private static boolean isMultiple(ZoneOffsetTransition transition, long runMs) {
        return transition.getDuration().toMillis() % runMs == 0;
    }

    /** Returns the number of the cell that a time is in. */
    long cellOf(long timeMs) {
        if (fixed) {
            return Math.floorDiv(timeMs - originMs, lengthMs);
        }
        long localMs = timeMs + millis(rules.getOffset(Instant.ofEpochMilli(timeMs)));
        long cell = Math.floorDiv(localMs - offsetMs, lengthMs);
        while (startMs(cell + 1) <= timeMs) {
            cell++;
        }
        return cell;
    }

    /** Returns the time at which a cell begins, which is the end of the one before. */
    long startMs(long cell) {
        if (fixed) {
            return originMs + cell * lengthMs;
        }
        long localMs = offsetMs + cell * lengthMs;
        LocalDateTime local = LocalDateTime.ofEpochSecond(
                Math.floorDiv(localMs, 1000L), (int) Math.floorMod(localMs, 1000L) * 1_000_000, ZoneOffset.UTC);
        ZoneOffsetTransition change = rules.getTransition(local);
        if (change == null) {
            return localMs - millis(rules.getOffset(local));
        }
        return change.isGap() ? change.toEpochSecond() * 1000 : localMs - millis(change.getOffsetBefore());
    }

    private static long millis(ZoneOffset offset) {
        return offset.getTotalSeconds() * 1000L;
    }
}
