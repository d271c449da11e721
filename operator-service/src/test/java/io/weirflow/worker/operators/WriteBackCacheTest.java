package io.weirflow.worker.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.state.StateTable;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.state.HeapBackend;
import io.weirflow.state.SlotStore;
import io.weirflow.testkit.seed.Seeded;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WriteBackCacheTest {

    private static final byte[] PREFIX = {7};
    private static final long ROOMY_BYTES = 1 << 20;

    private final CountingTable table =
            new CountingTable(SlotStore.open(new HeapBackend()).table(0, "t"));

    /** Counts reads of single keys. */
    private static final class CountingTable implements StateTable {
        private final StateTable table;
        private int gets;

        CountingTable(StateTable table) {
            this.table = table;
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            gets++;
            return table.get(key);
        }

        @Override
        public void put(byte[] key, byte[] value) {
            table.put(key, value);
        }

        @Override
        public void delete(byte[] key) {
            table.delete(key);
        }

        @Override
        public Cursor scan(byte[] from, byte @Nullable [] to) {
            return table.scan(from, to);
        }
    }

    private static final class Longs implements WriteBackCache.ValueCodec<long[]> {
        @Override
        public void write(long[] value, ByteWriter out) {
            out.writeLong(value[0]);
        }

        @Override
        public long[] read(ByteReader in) {
            return new long[] {in.readLong()};
        }
    }

    private WriteBackCache<long[]> newRange(HeapBudget budget) {
        return WriteBackCache.ofNewRange(table, PREFIX, new Longs(), budget);
    }

    private static byte[] key(int number) {
        byte[] key = ByteBuffer.allocate(12).putInt(number).putLong(number).array();
        // Keys of up to seven bytes are compared by a number, longer ones by their bytes.
        return number % 2 == 0 ? key : new byte[] {key[2], key[3]};
    }

    private static void count(WriteBackCache<long[]> cache, int number) {
        byte[] key = key(number);
        WriteBackCache.Entry<long[]> entry = cache.find(key, key.length);
        if (entry == null) {
            cache.add(key, key.length, new long[] {1});
        } else {
            entry.value[0]++;
            cache.changed(entry);
        }
    }

    private static long counted(WriteBackCache<long[]> cache, int number) {
        byte[] key = key(number);
        WriteBackCache.Entry<long[]> entry = cache.find(key, key.length);
        return entry == null ? 0 : entry.value[0];
    }

    @Seeded
    void whatWasEvictedIsFoundAgain(Random random) {
        WriteBackCache<long[]> cache = newRange(new HeapBudget(random.nextBoolean() ? ROOMY_BYTES : 3_000));
        Map<Integer, Long> counts = new HashMap<>();
        int keys = 2 + random.nextInt(3_000);
        for (int i = 0; i < 5_000; i++) {
            int number = random.nextInt(keys);
            count(cache, number);
            counts.merge(number, 1L, Long::sum);
            switch (random.nextInt(200)) {
                case 0 -> cache.evict(true);
                case 1 -> cache.evict(false);
                case 2 -> cache.writeBack();
                default -> {}
            }
        }
        for (int number = 0; number < keys; number++) {
            assertThat(counted(cache, number)).isEqualTo(counts.getOrDefault(number, 0L));
        }
    }

    @Test
    void aNewKeyIsNotLookedForInTheTable() {
        WriteBackCache<long[]> cache = newRange(new HeapBudget(ROOMY_BYTES));
        for (int number = 0; number < 10_000; number++) {
            count(cache, number);
            if (number % 100 == 99) {
                cache.evict(false);
            }
        }
        assertThat(table.gets).isLessThan(500);
        assertThat(counted(cache, 5_000)).isEqualTo(1);
    }

    @Test
    void aRangeThatMayHoldAnythingIsAlwaysAskedForNewKeys() {
        WriteBackCache<long[]> cache = WriteBackCache.ofRange(table, PREFIX, new Longs(), new HeapBudget(ROOMY_BYTES));
        for (int number = 0; number < 100; number++) {
            count(cache, number);
        }
        assertThat(table.gets).isEqualTo(100);
    }
}
