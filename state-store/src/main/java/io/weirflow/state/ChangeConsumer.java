package io.weirflow.state;

import org.jspecify.annotations.Nullable;

/** Takes changes of keys, one by one. */
@FunctionalInterface
public interface ChangeConsumer {

    /**
     * Takes one change. The arrays must not be changed.
     *
     * @param key the key with its namespace, as the changelog and the back end hold it
     * @param value null when the key was deleted
     */
    void accept(byte[] key, byte @Nullable [] value);
}
