package io.weirflow.coordinator.savepoint;

import io.weirflow.protocol.savepoint.SavepointBlock;
import io.weirflow.protocol.savepoint.SavepointBlock.Change;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers records of one changelog into blocks. */
final class ChangesWriter {

    /** A block is written once it has so many bytes. */
    static final int BLOCK_BYTES = 1 << 20;

    private final BlockTarget target;
    private final int stage;
    private final int partition;
    private final List<Change> waiting = new ArrayList<>();
    private long bytes;
    private long count;

    ChangesWriter(BlockTarget target, int stage, int partition) {
        this.target = target;
        this.stage = stage;
        this.partition = partition;
    }

    void add(byte[] key, byte @Nullable [] value) {
        waiting.add(new Change(key, value));
        bytes += key.length + (value == null ? 0 : value.length);
        count++;
        if (bytes >= BLOCK_BYTES) {
            flush();
        }
    }

    void flush() {
        if (!waiting.isEmpty()) {
            target.write(new SavepointBlock.Changes(stage, partition, waiting));
            waiting.clear();
            bytes = 0;
        }
    }

    long count() {
        return count;
    }
}
