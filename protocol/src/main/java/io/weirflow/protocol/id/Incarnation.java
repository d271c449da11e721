package io.weirflow.protocol.id;

/**
 * Counts the lives of a stage: 1 for the first, one more for each reset.
 *
 * @param number 1 or more
 */
public record Incarnation(int number) implements Comparable<Incarnation> {

    /** The first life. */
    public static final Incarnation FIRST = new Incarnation(1);

    public Incarnation {
        if (number < 1) {
            throw new IllegalArgumentException("incarnation " + number);
        }
    }

    public Incarnation next() {
        return new Incarnation(number + 1);
    }

    @Override
    public int compareTo(Incarnation other) {
        return Integer.compare(number, other.number);
    }
}
