package io.weirflow.coordinator.savepoint;

import io.weirflow.protocol.savepoint.SavepointBlock;

/** Takes the blocks of a savepoint, in order. */
@FunctionalInterface
public interface BlockTarget {
    void write(SavepointBlock block);
}
