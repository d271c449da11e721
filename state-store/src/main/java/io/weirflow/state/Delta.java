package io.weirflow.state;

import org.jspecify.annotations.Nullable;

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
        forEachSplit((prefix, key, value) ->
                consumer.accept(prefix.length == 0 ? key : StateKeys.concat(prefix, key), value));
    }

    /** As {@link #forEach}, for those who copy keys anyway: the namespace and the rest of each key come in arrays of their own. */
    void forEachSplit(SplitConsumer consumer);

    /** Takes changes whose keys are in two parts. */
    @FunctionalInterface
    interface SplitConsumer {

        /**
         * Takes one change. The arrays must not be changed.
         *
         * @param prefix the namespace, the same array for many changes; may be empty
         * @param key what follows it
         * @param value null when the key was deleted
         */
        void accept(byte[] prefix, byte[] key, byte @Nullable [] value);
    }
}
