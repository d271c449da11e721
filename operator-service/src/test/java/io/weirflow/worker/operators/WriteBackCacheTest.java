package io.weirflow.worker.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.state.StateTable;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.state.HeapBackend;
import io.weirflow.state.SlotStore;
import io.weirflow.testkit.seed.Seeded;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WriteBackCacheTest {

    private static final byte[] PREFIX = {7};
    private static final long ROOMY_BYTES = 1 << 20;

    private final SlotStore store = SlotStore.open(new HeapBackend());
    private final CountingTable table = new CountingTable(store.table(0, "t"));
    private final CountingTable secondParts = new CountingTable(store.table(0, "t2"));

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

    private static final class Longs implements WriteBackCache.ValueCodec<long[]>, WriteBackCache.PartMerger<long[]> {
        static final long LARGE = 20;

        @Override
        public void write(long[] value, ByteWriter out) {
            out.writeLong(value[0]);
        }

        @Override
        public long[] read(ByteReader in) {
            return new long[] {in.readLong()};
        }

        @Override
        public boolean isSmall(long[] value) {
            return value[0] < LARGE;
        }

        @Override
        public void merge(long[] first, long[] second) {
            first[0] += second[0];
        }
    }

    private WriteBackCache.Parts<long[]> parts(boolean split) {
        return new WriteBackCache.Parts<>(secondParts, new Longs(), split);
    }

    private WriteBackCache<long[]> newRange(HeapBudget budget, boolean split) {
        return WriteBackCache.ofNewRange(table, PREFIX, new Longs(), budget, parts(split));
    }

    private WriteBackCache<long[]> range(boolean split) {
        return WriteBackCache.ofRange(table, PREFIX, new Longs(), new HeapBudget(ROOMY_BYTES), parts(split));
    }

    private static byte[] key(int number) {
        byte[] key = ByteBuffer.allocate(12).putInt(number).putLong(number).array();
        // Keys of up to seven bytes are compared by a number, longer ones by their bytes.
        return number % 2 == 0 ? key : new byte[] {key[2], key[3]};
    }

    private static void count(WriteBackCache<long[]> cache, int number) {
        byte[] key = key(number);
        WriteBackCache.Entry<long[]> entry = cache.find(key, key.length);
        if (entry != null && entry.isSecond() && entry.value[0] + 1 >= Longs.LARGE) {
            cache.unite(entry);
        }
        if (entry == null) {
            cache.add(key, key.length, new long[] {1});
        } else {
            entry.value[0]++;
            cache.changed(entry);
        }
    }

    /** What a scan finds: all parts of each key. */
    private static Map<Integer, Long> counted(WriteBackCache<long[]> cache, int keys) {
        Map<ByteBuffer, Integer> numbers = new HashMap<>();
        for (int number = 0; number < keys; number++) {
            numbers.put(ByteBuffer.wrap(key(number)), number);
        }
        Map<Integer, Long> counts = new HashMap<>();
        try (SliceMerge<long[]> merge = new SliceMerge<>(List.of(cache), null)) {
            byte[] last = {};
            while (merge.next()) {
                assertThat(Arrays.compareUnsigned(last, merge.key())).isNegative();
                last = merge.key();
                assertThat(merge.entries()).hasSizeBetween(1, 2);
                long count = merge.entries().stream()
                        .mapToLong(part -> part.value[0])
                        .sum();
                counts.put(Objects.requireNonNull(numbers.get(ByteBuffer.wrap(last))), count);
            }
        }
        return counts;
    }

    private static void countAndEvict(
            WriteBackCache<long[]> cache, int rows, int keys, Map<Integer, Long> counts, Random random) {
        for (int i = 0; i < rows; i++) {
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
    }

    @Seeded
    void whatWasEvictedIsFoundAgain(Random random) {
        WriteBackCache<long[]> cache =
                newRange(new HeapBudget(random.nextBoolean() ? ROOMY_BYTES : 3_000), random.nextBoolean());
        Map<Integer, Long> counts = new HashMap<>();
        int keys = 2 + random.nextInt(3_000);
        countAndEvict(cache, 5_000, keys, counts, random);
        assertThat(counted(cache, keys)).isEqualTo(counts);
        // A cache that does not know what its range holds goes on with it.
        cache.writeBack();
        WriteBackCache<long[]> reopened = range(random.nextBoolean());
        countAndEvict(reopened, 2_000, keys, counts, random);
        assertThat(counted(reopened, keys)).isEqualTo(counts);
    }

    @Test
    void aNewKeyIsNotLookedForInTheTable() {
        WriteBackCache<long[]> cache = newRange(new HeapBudget(ROOMY_BYTES), false);
        for (int number = 0; number < 10_000; number++) {
            count(cache, number);
            if (number % 100 == 99) {
                cache.evict(false);
            }
        }
        assertThat(table.gets).isLessThan(500);
    }

    @Test
    void aKeyThatComesAgainIsReadFromTheThirdTimeOn() {
        WriteBackCache<long[]> cache = newRange(new HeapBudget(ROOMY_BYTES), true);
        for (int round = 1; round <= 3; round++) {
            table.gets = 0;
            secondParts.gets = 0;
            for (int number = 0; number < 1_000; number++) {
                count(cache, number);
            }
            cache.evict(false);
            assertThat(secondParts.gets).isLessThanOrEqualTo(round < 3 ? 50 : 1_000);
            assertThat(table.gets).isLessThan(50);
        }
        assertThat(secondParts.gets).isEqualTo(1_000);
        assertThat(counted(cache, 1_000))
                .hasSize(1_000)
                .allSatisfy((number, count) -> assertThat(count).isEqualTo(3));
    }

    @Test
    void aLargeValueIsNotSplit() {
        WriteBackCache<long[]> cache = newRange(new HeapBudget(ROOMY_BYTES), true);
        for (int i = 0; i < Longs.LARGE; i++) {
            count(cache, 1);
        }
        cache.evict(false);
        byte[] key = key(1);
        assertThat(Objects.requireNonNull(cache.find(key, key.length)).value[0]).isEqualTo(Longs.LARGE);
    }

    @Test
    void aRangeThatMayHoldAnythingIsAlwaysAskedForNewKeys() {
        WriteBackCache<long[]> cache = range(true);
        for (int number = 0; number < 100; number++) {
            count(cache, number);
        }
        assertThat(table.gets).isEqualTo(100);
        assertThat(secondParts.gets).isZero();
    }
}
