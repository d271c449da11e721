package io.weirflow.protocol.id;

/**
 * Counts the assignments of one slot. A worker may checkpoint a slot only under the newest epoch; reports that carry an older one are
 * about the past.
 *
 * @param number 0 before the first assignment
 */
public record LeaseEpoch(long number) implements Comparable<LeaseEpoch> {

    /** Before any assignment. */
    public static final LeaseEpoch NONE = new LeaseEpoch(0);

    public LeaseEpoch next() {
        return new LeaseEpoch(number + 1);
    }

    @Override
    public int compareTo(LeaseEpoch other) {
        return Long.compare(number, other.number);
    }
}
