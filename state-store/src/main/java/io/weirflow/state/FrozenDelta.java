package io.weirflow.state;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The frozen layer of a {@link SlotStore}: what was changed between two freezes, table by table. */
final class FrozenDelta implements Delta {

    /** By table number; null where nothing changed. */
    private final @Nullable FrozenTable[] byTable;

    private final List<FrozenTable> inKeyOrder;
    private final int size;
    private final long bytes;
    private final long heapBytes;

    FrozenDelta(@Nullable FrozenTable[] byTable, List<FrozenTable> changed, int size, long bytes) {
        this.byTable = byTable;
        // No prefix begins another, so the order of prefixes is the order of all keys.
        this.inKeyOrder = changed.stream()
                .sorted((a, b) -> Arrays.compareUnsigned(a.prefix, b.prefix))
                .toList();
        this.size = size;
        this.bytes = bytes;
        this.heapBytes = changed.stream().mapToLong(FrozenTable::heapBytes).sum();
    }

    @Nullable
    FrozenTable table(int number) {
        return number < byTable.length ? byTable[number] : null;
    }

    long heapBytes() {
        return heapBytes;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void forEachChange(Consumer<? super Change> consumer) {
        for (FrozenTable table : inKeyOrder) {
            table.forEachChange(consumer);
        }
    }
}
