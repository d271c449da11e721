package io.weirflow.state;

import org.jspecify.annotations.Nullable;

/** Goes through entries of a layer on the heap, in the order of keys. */
interface HeapEntries {

    /** Moves to the next entry, the first time to the first one; false at the end. */
    boolean next();

    /** Returns the key of the current entry. */
    byte[] key();

    /** Returns its value; null when it is deleted. */
    byte @Nullable [] value();
}
