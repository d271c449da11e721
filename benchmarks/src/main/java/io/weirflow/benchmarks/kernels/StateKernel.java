package io.weirflow.benchmarks.kernels;

import io.weirflow.api.state.StateTable;
import io.weirflow.state.HeapBackend;
import io.weirflow.state.SlotStore;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Changes of keys that are in the overlay, as those of one checkpoint are: 100,000 keys of 16 bytes, values of 24. */
@State(Scope.Thread)
public class StateKernel {

    private static final int KEYS = 100_000;
    private static final int STEP = 61_987;

    private final StateTable table = SlotStore.open(new HeapBackend()).table(0, "kernel");
    private final byte[][] keys = new byte[KEYS][];
    private final byte[] value = new byte[24];
    private int next;

    public StateKernel() {
        for (int i = 0; i < KEYS; i++) {
            keys[i] = ByteBuffer.allocate(16)
                    .putLong(i * 0x9E3779B97F4A7C15L)
                    .putLong(i)
                    .array();
            table.put(keys[i].clone(), value.clone());
        }
    }

    private byte[] key() {
        next = (next + STEP) % KEYS;
        // As rows bring them: not the array that the table has.
        return keys[next].clone();
    }

    @Benchmark
    public byte @Nullable [] get() {
        return table.get(key());
    }

    /** A read-modify-write of one key. */
    @Benchmark
    public byte[] getAndPut() {
        byte[] key = key();
        byte[] old = table.get(key);
        byte[] changed = old == null ? value : old.clone();
        table.put(key, changed);
        return changed;
    }
}
