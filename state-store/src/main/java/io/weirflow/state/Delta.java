package io.weirflow.state;

import java.util.Iterator;

/**
 * The changes of a slot between two calls of {@link SlotStore#freeze()}, at most one for each key. Immutable; may be read by any
 * thread, several times.
 */
public interface Delta extends Iterable<Change> {

    /** Returns the number of changes. */
    int size();

    /** Returns the size of all keys and values in bytes. */
    long bytes();

    /**
     * Goes through all changes, ordered by key (as unsigned bytes), so that the same changes always give the same sequence. Each is valid until the next one is asked
     * for.
     */
    @Override
    Iterator<Change> iterator();

    /** Hands over all changes, as copies. */
    default void forEach(ChangeConsumer consumer) {
        for (Change change : this) {
            consumer.accept(change.key(), change.value());
        }
    }
}
