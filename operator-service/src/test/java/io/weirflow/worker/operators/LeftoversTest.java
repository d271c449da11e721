package io.weirflow.worker.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.state.StateTable;
import io.weirflow.state.HeapBackend;
import io.weirflow.state.SlotStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeftoversTest {

    private static final byte[] NOTHING = {};

    private final SlotStore store = SlotStore.open(new HeapBackend());
    private final StateTable table = store.table(0, "t");
    private final Leftovers leftovers = new Leftovers();

    private static byte[] key(int range, int number) {
        return new byte[] {(byte) range, (byte) number};
    }

    private List<Integer> left() {
        List<Integer> left = new ArrayList<>();
        try (StateTable.Cursor cursor = table.scan(NOTHING, null)) {
            while (cursor.next()) {
                left.add(cursor.key()[0] * 10 + cursor.key()[1]);
            }
        }
        return left;
    }

    @Test
    void deletesRangesBitByBitAndNothingElse() {
        for (int range = 0; range < 4; range++) {
            for (int number = 0; number < 5; number++) {
                table.put(key(range, number), NOTHING);
            }
        }
        // Some of it is below the changes, and some above.
        store.commit(store.freeze(), NOTHING, 1);
        table.put(key(1, 5), NOTHING);
        leftovers.add(table, new byte[] {1}, new byte[] {2});
        leftovers.add(table, new byte[] {2}, new byte[] {3});

        leftovers.sweep(3);
        assertThat(left()).containsExactly(0, 1, 2, 3, 4, 13, 14, 15, 20, 21, 22, 23, 24, 30, 31, 32, 33, 34);
        leftovers.sweep(3);
        assertThat(left()).containsExactly(0, 1, 2, 3, 4, 20, 21, 22, 23, 24, 30, 31, 32, 33, 34);
        leftovers.sweep(4);
        assertThat(left()).containsExactly(0, 1, 2, 3, 4, 24, 30, 31, 32, 33, 34);
        leftovers.sweep(100);
        assertThat(left()).containsExactly(0, 1, 2, 3, 4, 30, 31, 32, 33, 34);
        leftovers.sweep(100);
        assertThat(left()).hasSize(10);
    }
}
