package io.weirflow.worker.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.operator.Output;
import io.weirflow.api.row.Row;
import io.weirflow.api.state.StateTable;
import io.weirflow.state.Delta;
import io.weirflow.state.HeapBackend;
import io.weirflow.state.SlotStore;
import io.weirflow.testkit.seed.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The index against a sorted set, with checkpoints and restarts in between. */
final class DueIndexTest {

    private static final int FIRST_OF_MANY = 10_000;

    private final SlotStore store = SlotStore.open(new HeapBackend());
    private final StateTable table = store.table(0, "due");
    private DueIndex index = new DueIndex(table);

    private record Due(long timeMs, String key) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int order = Long.compare(timeMs, other.timeMs);
            return order != 0 ? order : key.compareTo(other.key);
        }
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.US_ASCII);
    }

    private void checkpoint() {
        index.writeBack();
        Delta delta = store.freeze();
        store.commit(delta, new byte[0], 1);
    }

    private int tableSize() {
        int size = 0;
        try (StateTable.Cursor cursor = table.scan(new byte[0], null)) {
            while (cursor.next()) {
                size++;
            }
        }
        return size;
    }

    /** Has room for a number of rows. */
    private static final class Room implements Output {
        private int left;

        Room(int left) {
            this.left = left;
        }

        @Override
        public boolean hasRoom() {
            return left > 0;
        }

        @Override
        public void emit(Row row, long eventTimeMs) {
            throw new IllegalStateException("nothing is emitted here");
        }

        @Override
        public void emitLate(Row row, long eventTimeMs) {
            throw new IllegalStateException("nothing is emitted here");
        }

        @Override
        public void emitError(String rawJson, String reason) {
            throw new IllegalStateException("nothing is emitted here");
        }
    }

    @Seeded(seeds = 60)
    void agreesWithASortedSet(Random random) {
        TreeSet<Due> model = new TreeSet<>();
        long nowMs = -20;
        for (int i = 0; i < 400; i++) {
            switch (random.nextInt(10)) {
                case 0 -> {
                    checkpoint();
                    assertThat(tableSize()).isEqualTo(model.size());
                }
                case 1 -> {
                    checkpoint();
                    index = new DueIndex(table);
                }
                case 2 -> {
                    nowMs += random.nextInt(12);
                    fire(nowMs, random, model);
                }
                case 3, 4 -> {
                    if (!model.isEmpty()) {
                        Due removed = new ArrayList<>(model).get(random.nextInt(model.size()));
                        model.remove(removed);
                        index.remove(removed.timeMs, bytes(removed.key));
                    }
                }
                default -> add(nowMs - 3 + random.nextInt(30), random, model);
            }
        }
        fire(Long.MAX_VALUE - 1, random, model);
        assertThat(model).isEmpty();
        checkpoint();
        assertThat(tableSize()).isZero();
    }

    private void add(long timeMs, Random random, TreeSet<Due> model) {
        Due due = new Due(timeMs, Character.toString((char) ('a' + random.nextInt(20))));
        if (model.add(due)) {
            index.add(timeMs, bytes(due.key));
        }
    }

    private void fire(long upToMs, Random random, TreeSet<Due> model) {
        boolean done = false;
        while (!done) {
            Room room = new Room(random.nextInt(8));
            done = index.fireDue(upToMs, room, (key, timeMs) -> {
                room.left--;
                assertThat(new Due(timeMs, new String(key, StandardCharsets.US_ASCII)))
                        .isEqualTo(model.pollFirst());
                if (random.nextInt(4) == 0) {
                    add(timeMs + random.nextInt(5), random, model);
                }
                if (random.nextInt(4) == 0 && !model.isEmpty()) {
                    Due removed = model.last();
                    model.remove(removed);
                    index.remove(removed.timeMs, bytes(removed.key));
                }
            });
            if (!done && random.nextInt(3) == 0) {
                checkpoint();
            }
        }
        assertThat(model.headSet(new Due(upToMs + 1, ""))).isEmpty();
    }

    @Test
    void whatComesAndGoesBetweenTwoCheckpointsIsNotWritten() {
        index.add(10, bytes("a"));
        index.remove(10, bytes("a"));
        index.add(12, bytes("b"));
        assertThat(index.fireDue(20, new Room(1), (key, timeMs) -> {})).isTrue();
        index.writeBack();
        Delta delta = store.freeze();
        assertThat(delta.size()).isZero();
        store.commit(delta, new byte[0], 1);
    }

    /** More than the heap takes, and more at one time than come back from the table at once. */
    @Test
    void manyAreDueAtOneTime() {
        int count = 150_000;
        for (int i = 0; i < count; i++) {
            index.add(7, bytes(Integer.toString(FIRST_OF_MANY * 100 + i)));
        }
        assertThat(tableSize()).isPositive();
        List<String> fired = new ArrayList<>();
        assertThat(index.fireDue(
                        7, new Room(1), (key, timeMs) -> fired.add(new String(key, StandardCharsets.US_ASCII))))
                .isTrue();
        assertThat(fired).hasSize(count).isSorted();
        assertThat(tableSize()).isZero();
    }
}
