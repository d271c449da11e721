package io.weirflow.protocol.id;

/**
 * Names a call within a slot (rule R8): by the record that it is made for, so that a replay gives it the same name. Calls are in the order of their names.
 *
 * @param step the step that asks
 * @param offset of the record in the slot's inbox, with the run in which it came in the high bits, see {@link #of}; 0 or more
 * @param index counts the calls of the record, over all steps, from 0
 */
public record CallId(int step, long offset, int index) {

    /** More records than a slot can read in a hundred years. */
    private static final int OFFSET_BITS = 44;

    private static final int MAX_RUN = (1 << Long.SIZE - 1 - OFFSET_BITS) - 1;

    public CallId {
        if (step < 0 || offset < 0 || index < 0) {
            throw new IllegalArgumentException("a call has no negative number: " + step + ", " + offset + ", " + index);
        }
    }

    /**
     * Returns the name of a call. A run that goes on from a savepoint has rows that wait from the run before, and an inbox of its own, perhaps in another
     * cluster, whose offsets begin at 0 again: without the run, names would be given twice.
     *
     * @param run in which the record came first
     * @param offset that the record had there
     */
    public static CallId of(int step, Incarnation run, long offset, int index) {
        long before = Math.min(run.number() - Incarnation.FIRST.number(), MAX_RUN);
        return new CallId(step, (before << OFFSET_BITS) + offset, index);
    }
}
