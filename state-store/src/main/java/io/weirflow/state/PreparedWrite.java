package io.weirflow.state;

/** The changes of one write to a {@link StateBackend}, gathered before it is known whether they will be written: see {@link StateBackend#prepare}. Used by one thread at a time. */
public interface PreparedWrite {

    /** Adds a change; the keys come in their order. */
    void add(Change change);

    /**
     * As {@link StateBackend#write} of the changes that were added, which must be all of the delta. It is of no use afterwards.
     *
     * @param progress replaces the one that is stored
     */
    void write(StoredProgress progress);
}
