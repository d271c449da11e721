package io.weirflow.benchmarks.kernels;

import io.weirflow.api.state.StateTable;
import io.weirflow.state.Delta;
import io.weirflow.state.Restore;
import io.weirflow.state.SlotStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Reads and changes uniformly chosen keys of large state: keys of 16 bytes, values of 100, half of it random. Changes are committed to RocksDB by
 * another thread, as a worker's checkpoints are, and a commit that takes longer than it takes to change as much again is waited for. To see more of
 * it: {@code bench jmh LargeStateKernel -p megabytes=2048 -p slots=4,64 -f 1 -bm avgt -tu ns -w 5 -r 10}.
 */
@State(Scope.Thread)
public class LargeStateKernel {

    private static final byte[] TABLE = {1, 'k', 0};
    private static final byte[] PROGRESS = {1};
    private static final int VALUE_BYTES = 100;
    private static final int ENTRY_BYTES = VALUE_BYTES + 16 + TABLE.length;
    private static final int CHANGES_PER_CHECKPOINT = 400_000;
    private static final int RUN = 256;
    private static final int AHEAD = 512;

    @Param({"250"})
    public int megabytes;

    @Param({"4"})
    public int slots;

    /** One slot. */
    private record Part(SlotStore store, StateTable table) {}

    private final SplittableRandom random = new SplittableRandom(7);
    private final ExecutorService committer = Executors.newSingleThreadExecutor();
    private @Nullable StateFolder folder;
    private Part[] parts = {};
    private @Nullable Future<?>[] commits = {};
    private int[] changes = {};
    private long keysPerSlot;
    private StateTable.@Nullable Cursor cursor;
    private int slot;
    private int run;
    private long offset = 1;

    @Setup
    public void load() {
        StateFolder made = new StateFolder();
        folder = made;
        parts = new Part[slots];
        commits = new Future<?>[slots];
        changes = new int[slots];
        keysPerSlot = megabytes * 1_000_000L / ENTRY_BYTES / slots;
        for (int i = 0; i < slots; i++) {
            SlotStore store = made.open(i);
            Restore restore = store.beginRestore();
            for (long number = 0; number < keysPerSlot; number++) {
                restore.put(key(TABLE, number), value());
            }
            restore.finish(PROGRESS, offset);
            parts[i] = new Part(store, store.table(0, "k"));
        }
    }

    private byte[] value() {
        byte[] value = new byte[VALUE_BYTES];
        for (int i = 0; i < VALUE_BYTES / 2; i += Long.BYTES) {
            ByteBuffer.wrap(value).putLong(i, random.nextLong());
        }
        return value;
    }

    /** Keys come in no order: the finaliser of splitmix64. */
    private static byte[] key(byte[] prefix, long number) {
        long mixed = (number + 1) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return ByteBuffer.allocate(prefix.length + 2 * Long.BYTES)
                .put(prefix)
                .putLong(mixed ^ mixed >>> 31)
                .putLong(number)
                .array();
    }

    @TearDown
    public void close() throws InterruptedException, ExecutionException {
        if (cursor != null) {
            cursor.close();
        }
        for (int i = 0; i < slots; i++) {
            await(i);
            parts[i].store().close();
        }
        committer.shutdown();
        if (folder != null) {
            folder.close();
        }
    }

    private void await(int which) throws InterruptedException, ExecutionException {
        Future<?> commit = commits[which];
        if (commit != null) {
            commit.get();
        }
    }

    private byte[] get(byte[] key) {
        byte[] value = parts[slot].table().get(key);
        if (value == null) {
            throw new IllegalStateException("a key is missing");
        }
        return value;
    }

    private byte[] nextKey() {
        if (run++ % RUN == 0) {
            slot = random.nextInt(slots);
        }
        return key(new byte[0], random.nextLong(keysPerSlot));
    }

    @Benchmark
    public byte[] read() {
        return get(nextKey());
    }

    /** One entry of all of a slot, in the order of keys, as a window reads it that fires. */
    @Benchmark
    public byte[] sweep() {
        StateTable.Cursor open = cursor;
        while (open == null || !open.next()) {
            if (open != null) {
                open.close();
            }
            slot = random.nextInt(slots);
            open = parts[slot].table().sweep(new byte[0], null);
            cursor = open;
        }
        return open.value();
    }

    /** As a slot does that looks ahead. */
    @Benchmark
    @OperationsPerInvocation(AHEAD)
    public int readAhead() {
        List<byte[]> keys = new ArrayList<>(AHEAD);
        slot = random.nextInt(slots);
        for (int i = 0; i < AHEAD; i++) {
            keys.add(key(new byte[0], random.nextLong(keysPerSlot)));
        }
        parts[slot].table().prefetch(keys);
        int bytes = 0;
        for (byte[] key : keys) {
            bytes += get(key).length;
        }
        return bytes;
    }

    @Benchmark
    public byte[] readModifyWrite() throws InterruptedException, ExecutionException {
        byte[] key = nextKey();
        byte[] value = get(key).clone();
        value[VALUE_BYTES - 1]++;
        parts[slot].table().put(key, value);
        if (++changes[slot] == CHANGES_PER_CHECKPOINT / slots) {
            changes[slot] = 0;
            await(slot);
            SlotStore store = parts[slot].store();
            Delta delta = store.freeze();
            long next = ++offset;
            commits[slot] = committer.submit(() -> store.commit(delta, PROGRESS, next));
        }
        return value;
    }
}
