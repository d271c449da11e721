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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WriteBackCacheTest {

    private static final byte[] PREFIX = {7};
    private static final long ROOMY_BYTES = 1 << 20;
    private static final int MOST_PARTS = 4;

    private final SlotStore store = SlotStore.open(new HeapBackend());
    private final CountingTable table = new CountingTable(store.table(0, "t"));
    private final List<CountingTable> tables = Stream.concat(
                    Stream.of(table),
                    IntStream.rangeClosed(2, MOST_PARTS)
                            .mapToObj(part -> new CountingTable(store.table(0, "t" + part))))
            .toList();

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
        public void merge(long[] before, long[] part) {
            before[0] += part[0];
        }
    }

    private WriteBackCache.Parts<long[]> parts(boolean split) {
        return new WriteBackCache.Parts<>(List.copyOf(tables), new Longs(), split);
    }

    private WriteBackCache<long[]> newRange(HeapBudget budget, boolean split) {
        return WriteBackCache.ofNewRange(parts(split), PREFIX, new Longs(), budget);
    }

    private WriteBackCache<long[]> range(boolean split) {
        return WriteBackCache.ofRange(parts(split), PREFIX, new Longs(), new HeapBudget(ROOMY_BYTES));
    }

    private static byte[] key(int number) {
        byte[] key = ByteBuffer.allocate(12).putInt(number).putLong(number).array();
        // Keys of up to seven bytes are compared by a number, longer ones by their bytes.
        return number % 2 == 0 ? key : new byte[] {key[2], key[3]};
    }

    private static void count(WriteBackCache<long[]> cache, int number) {
        byte[] key = key(number);
        WriteBackCache.Entry<long[]> entry = cache.find(key, key.length);
        if (entry != null && entry.isPart() && entry.value[0] + 1 >= Longs.LARGE) {
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
                assertThat(merge.entries()).hasSizeBetween(1, MOST_PARTS);
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
    void aKeyIsReadOnceItHasAllOfItsParts() {
        WriteBackCache<long[]> cache = newRange(new HeapBudget(ROOMY_BYTES), true);
        int rounds = tables.size() + 2;
        for (int round = 1; round <= rounds; round++) {
            tables.forEach(part -> part.gets = 0);
            for (int number = 0; number < 1_000; number++) {
                count(cache, number);
            }
            cache.evict(false);
            CountingTable last = tables.get(tables.size() - 1);
            int gets = tables.stream().mapToInt(part -> part.gets).sum();
            if (round <= tables.size()) {
                assertThat(gets).as("round %d", round).isLessThan(100);
            } else {
                assertThat(last.gets).as("round %d", round).isEqualTo(1_000);
                assertThat(gets).as("round %d", round).isLessThan(1_100);
            }
        }
        assertThat(counted(cache, 1_000))
                .hasSize(1_000)
                .allSatisfy((number, count) -> assertThat(count).isEqualTo(rounds));
    }

    @Test
    void aPartIsMadeTheWholeWithAllThatWereBegunBefore() {
        WriteBackCache<long[]> cache = newRange(new HeapBudget(ROOMY_BYTES), true);
        byte[] key = key(1);
        for (int part = 0; part < tables.size(); part++) {
            count(cache, 1);
            assertThat(cache.tables()).hasSize(part + 1);
            cache.evict(false);
        }
        WriteBackCache.Entry<long[]> entry = Objects.requireNonNull(cache.find(key, key.length));
        assertThat(entry.isPart()).isTrue();
        cache.unite(entry);
        assertThat(entry.isPart()).isFalse();
        assertThat(entry.value[0]).isEqualTo(tables.size());
        cache.writeBack();
        for (CountingTable later : tables.subList(1, tables.size())) {
            try (StateTable.Cursor cursor = later.scan(PREFIX, null)) {
                assertThat(cursor.next()).isFalse();
            }
        }
        assertThat(counted(range(true), 2)).containsEntry(1, (long) tables.size());
    }

    @Test
    void aWholeIsFoundBesideAnyNumberOfParts() {
        byte[] key = key(1);
        for (int parts = 1; parts < tables.size(); parts++) {
            WriteBackCache<long[]> cache = newRange(new HeapBudget(ROOMY_BYTES), true);
            for (int part = 0; part < parts; part++) {
                count(cache, 1);
                cache.evict(false);
            }
            assertThat(cache.find(key, key.length)).isNull();
            assertThat(cache.missedPart()).isTrue();
            WriteBackCache.Entry<long[]> whole = Objects.requireNonNull(cache.findWhole(key, key.length));
            assertThat(whole.isPart()).isFalse();
            assertThat(whole.value[0]).isEqualTo(parts);
            cache.remove(whole);
        }
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
        assertThat(tables.subList(1, tables.size()))
                .allSatisfy(later -> assertThat(later.gets).isZero());
    }
}
