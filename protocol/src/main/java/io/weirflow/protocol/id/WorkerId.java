package io.weirflow.protocol.id;

/**
 * One life of a worker process.
 *
 * @param name stays the same over restarts; names its transactional ids, so a new life fences the former one by starting
 * @param incarnation grows with every start, such as its start time in milliseconds
 */
public record WorkerId(String name, long incarnation) {

    /** Returns whether this is a later life of the same worker. */
    public boolean succeeds(WorkerId other) {
        return name.equals(other.name) && incarnation > other.incarnation;
    }

    @Override
    public String toString() {
        return name + "#" + incarnation;
    }
}
