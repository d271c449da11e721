package io.weirflow.worker.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.StepSpec.WindowAggregate;
import io.weirflow.api.pipeline.Window;
import io.weirflow.api.state.StateTable;
import io.weirflow.state.HeapBackend;
import io.weirflow.state.SlotStore;
import io.weirflow.worker.aggregate.Aggregator;
import io.weirflow.worker.codegen.ExpressionCompiler;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SlicedWindowsTest {

    private static final byte[] NOTHING = {};
    private static final long SIZE_MS = 10;

    private final SlotStore store = SlotStore.open(new HeapBackend());
    private final StateTable groups = store.table(0, "groups");
    private final StateTable secondParts = store.table(0, "second");
    private final StateTable thirdParts = store.table(0, "third");
    private final WindowProgress progress = new WindowProgress(store.table(0, "progress"));

    private SlicedWindows open(long watermarkMs) {
        Window window = new Window.Tumbling(SIZE_MS, 0, "UTC");
        WindowAggregate spec = WindowFixture.of(window).spec();
        ExpressionCompiler compiler = new ExpressionCompiler();
        KeyEncoder keys = KeyEncoder.of(compiler, spec.keys());
        Aggregator aggregator = Aggregator.compile(compiler, spec.aggregates());
        progress.setWatermarkMs(watermarkMs);
        return new SlicedWindows(
                Slicing.of(window),
                0,
                keys,
                aggregator,
                new WindowResults(compiler, spec, keys, aggregator),
                List.of(groups, secondParts, thirdParts),
                progress,
                new HeapBudget(0));
    }

    private static byte[] keyOfSlice(long slice) {
        return ByteBuffer.allocate(Long.BYTES + 1)
                .putLong(slice ^ Long.MIN_VALUE)
                .put((byte) 'k')
                .array();
    }

    private static boolean isEmpty(StateTable table) {
        try (StateTable.Cursor cursor = table.scan(NOTHING, null)) {
            return !cursor.next();
        }
    }

    @Test
    void whatWasLeftOfSlicesThatAreGoneIsDeletedAfterARestart() {
        for (StateTable table : List.of(groups, secondParts, thirdParts)) {
            table.put(keyOfSlice(1), NOTHING);
            table.put(keyOfSlice(3), NOTHING);
            open(3 * SIZE_MS - 1).writeBack();
            assertThat(table.get(keyOfSlice(1))).isNull();
            assertThat(table.get(keyOfSlice(3))).isNotNull();
            open(4 * SIZE_MS - 1).writeBack();
            assertThat(isEmpty(table)).isTrue();
        }
    }

    /** A worker of before there were second parts reads version 1 only, one of before there were third parts reads version 2. */
    @Test
    void whoDoesNotKnowPartsRefusesThem() {
        StateTable table = store.table(0, "progress");
        groups.put(keyOfSlice(3), NOTHING);
        checkpoint(open(0), table);
        assertThat(versionIn(table)).isEqualTo(1);
        secondParts.put(keyOfSlice(3), NOTHING);
        checkpoint(open(0), table);
        assertThat(versionIn(table)).isEqualTo(2);
        thirdParts.put(keyOfSlice(3), NOTHING);
        checkpoint(open(0), table);
        assertThat(versionIn(table)).isEqualTo(3);
        checkpoint(open(4 * SIZE_MS - 1), table);
        assertThat(versionIn(table)).isEqualTo(1);
    }

    private void checkpoint(SlicedWindows windows, StateTable table) {
        windows.writeBack();
        progress.writeBack();
        assertThat(new WindowProgress(table).watermarkMs()).isEqualTo(progress.watermarkMs());
    }

    private static int versionIn(StateTable progress) {
        try (StateTable.Cursor cursor = progress.scan(NOTHING, null)) {
            assertThat(cursor.next()).isTrue();
            return cursor.value()[0];
        }
    }
}
