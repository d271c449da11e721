package io.weirflow.benchmarks.kernels;

import io.weirflow.api.state.StateTable;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.state.Delta;
import io.weirflow.state.SlotStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a changed key costs on its way through a checkpoint: 100,000 keys of 20 bytes with values of 10, over RocksDB. Each benchmark does what
 * the one before it does, and the next step; the difference is the step. The records' way to Kafka is not in it.
 */
@State(Scope.Thread)
public class CheckpointKernel {

    private static final int KEYS = 100_000;
    private static final byte[] PROGRESS = {1};

    private final StateFolder folder = new StateFolder();
    private final SlotStore store = folder.open(0);
    private final StateTable table = store.table(0, "kernel");
    private final byte[][] keys = new byte[KEYS][];
    private long offset;

    public CheckpointKernel() {
        for (int i = 0; i < KEYS; i++) {
            keys[i] = ByteBuffer.allocate(20)
                    .putLong(1)
                    .putLong(i * 0x9E3779B97F4A7C15L)
                    .putInt(i)
                    .array();
        }
    }

    @TearDown
    public void close() {
        store.close();
        folder.close();
    }

    private Delta change() {
        for (byte[] key : keys) {
            table.put(key, new byte[10]);
        }
        return store.freeze();
    }

    /** Puts into the overlay, the write to RocksDB. */
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long commit() {
        store.commit(change(), PROGRESS, ++offset);
        return offset;
    }

    /** The same, and the records for the changelog. */
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public List<LogRecord> recordsAndCommit() {
        Delta delta = change();
        List<LogRecord> records = new ArrayList<>(delta.size());
        delta.forEach((key, value) -> records.add(new LogRecord("changelog", 0, key, value)));
        store.commit(delta, PROGRESS, ++offset);
        return records;
    }
}
