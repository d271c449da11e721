package io.weirflow.state;

import java.util.function.Consumer;

/**
 * The changes of a slot between two calls of {@link SlotStore#freeze()}, at most one for each key. Immutable; may be read by any
 * thread, several times.
 */
public interface Delta {

    /** Returns the number of changes. */
    int size();

    /** Returns the size of all keys and values in bytes. */
    long bytes();

    /** Hands over all changes, ordered by key (as unsigned bytes), so that the same changes always give the same sequence. */
    default void forEach(ChangeConsumer consumer) {
        forEachChange(change -> consumer.accept(change.key(), change.value()));
    }

    /** As {@link #forEach}, for those who copy keys and values anyway. */
    void forEachChange(Consumer<? super Change> consumer);
}
