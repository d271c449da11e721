package io.weirflow.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.operator.OperatorContext.Timers;
import io.weirflow.api.operator.Output;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyedOperatorStateTest {

    private static final RowType ROW = RowType.of(Column.of("a", DataType.Scalar.BIGINT));

    private final SlotStore store = SlotStore.open(new HeapBackend());
    private final KeyedOperatorState state = new KeyedOperatorState(store, 3);
    private final Timers timers = state.timers();
    private final List<String> fired = new ArrayList<>();
    private final Room room = new Room();

    @Test
    void valuesOfAllTypesComeBackAsTheyWere() {
        Map<DataType, Object> values = Map.ofEntries(
                Map.entry(DataType.Scalar.BOOLEAN, true),
                Map.entry(DataType.Scalar.INTEGER, -5),
                Map.entry(DataType.Scalar.BIGINT, Long.MIN_VALUE),
                Map.entry(DataType.Scalar.DOUBLE, -0.0),
                Map.entry(DataType.Scalar.VARCHAR, "grün"),
                Map.entry(DataType.Scalar.VARBINARY, new byte[] {0, -1}),
                Map.entry(DataType.Scalar.DATE, 20_000),
                Map.entry(DataType.Scalar.TIME, 1),
                Map.entry(DataType.Scalar.TIMESTAMP, 1_700_000_000_000L),
                Map.entry(new DataType.Decimal(10, 2), new BigDecimal("12.30")),
                Map.entry(new DataType.Array(DataType.Scalar.VARCHAR), List.of("x", "y")),
                Map.entry(new DataType.MapOf(DataType.Scalar.INTEGER), Map.of("one", 1)),
                Map.entry(new DataType.RowOf(ROW), MutableRow.of(ROW, 7L)));
        values.forEach((type, value) -> state.value(type.sql(), type).set(value));
        store.commit(store.freeze(), new byte[0], 1);
        values.forEach((type, value) ->
                assertThat(state.value(type.sql(), type).get()).as(type.sql()).isEqualTo(value));
    }

    @Test
    void valuesBelongToTheCurrentKey() {
        ValueState count = state.value("count", DataType.Scalar.BIGINT);
        state.setCurrentKey(bytes("a"));
        count.set(1L);
        state.setCurrentKey(bytes("b"));
        assertThat(count.get()).isNull();
        assertThat(count.getLong(5)).isEqualTo(5);
        count.set(2L);
        state.setCurrentKey(bytes("a"));
        assertThat(count.getLong(5)).isEqualTo(1);
        count.set(null);
        assertThat(count.get()).isNull();
    }

    @Test
    void looksBeforehandForValuesThatAreNotInMemory() {
        assertThat(state.hasValues()).isFalse();
        ValueState count = state.value("count", DataType.Scalar.BIGINT);
        assertThat(state.hasValues()).isTrue();
        state.setCurrentKey(bytes("a"));
        count.set(1L);
        // What was committed last is in memory, too.
        store.commit(store.freeze(), new byte[0], 1);
        store.commit(store.freeze(), new byte[0], 2);
        state.setCurrentKey(bytes("b"));
        count.set(2L);

        assertThat(state.prefetch(List.of(bytes("a"), bytes("b"), bytes("c")))).isEqualTo(2);
        assertThat(count.getLong(0)).isEqualTo(2);
        state.setCurrentKey(bytes("a"));
        assertThat(count.getLong(0)).isEqualTo(1);
        state.setCurrentKey(bytes("c"));
        assertThat(count.get()).isNull();
    }

    @Test
    void aNameHasOneType() {
        state.value("count", DataType.Scalar.BIGINT).set(1L);
        assertThatThrownBy(() -> state.value("count", DataType.Scalar.VARCHAR))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("count");
        KeyedOperatorState changed = new KeyedOperatorState(store, 3);
        assertThatThrownBy(() -> changed.value("count", DataType.Scalar.DOUBLE).get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("new name");
    }

    @Test
    void kindsOfStateWithOneNameDoNotMeet() {
        state.value("x", DataType.Scalar.BIGINT).set(1L);
        state.table("x").put(new byte[0], bytes("table"));
        timers.set(0);
        assertThat(state.value("x", DataType.Scalar.BIGINT).get()).isEqualTo(1L);
        assertThat(state.table("x").get(new byte[0])).isEqualTo(bytes("table"));
    }

    @Test
    void dueTimersFireInTheOrderOfTimeThenKey() {
        set("b", 20);
        set("a", 20);
        set("b", -1);
        set("b", -1);
        set("c", 21);
        set("d", 5);
        remove("d", 5);
        assertThat(fire(-2)).isTrue();
        assertThat(fired).isEmpty();
        assertThat(fire(20)).isTrue();
        assertThat(fired).containsExactly("b@-1", "a@20", "b@20");
        assertThat(fire(Long.MAX_VALUE)).isTrue();
        assertThat(fire(Long.MAX_VALUE)).isTrue();
        assertThat(fired).containsExactly("b@-1", "a@20", "b@20", "c@21");
    }

    @Test
    void firingStopsWithoutRoomAndGoesOn() {
        set("a", 1);
        set("b", 2);
        set("c", 3);
        room.left = 2;
        assertThat(fire(10)).isFalse();
        assertThat(fired).containsExactly("a@1", "b@2");
        assertThat(fire(10)).isFalse();
        room.left = 1;
        assertThat(fire(10)).isTrue();
        assertThat(fired).containsExactly("a@1", "b@2", "c@3");
    }

    @Test
    void theKeyIsTheTimersWhileItFiresAndThenWhatItWas() {
        ValueState seen = state.value("seen", DataType.Scalar.BIGINT);
        set("a", 1);
        state.setCurrentKey(bytes("z"));
        assertThat(state.fireDue(1, room, (key, timeMs) -> seen.set(timeMs))).isTrue();
        assertThat(seen.get()).isNull();
        state.setCurrentKey(bytes("a"));
        assertThat(seen.get()).isEqualTo(1L);
    }

    @Test
    void timersOutliveAReopening() {
        set("a", Long.MIN_VALUE);
        set("a", Long.MAX_VALUE);
        store.commit(store.freeze(), new byte[0], 1);
        KeyedOperatorState reopened = new KeyedOperatorState(store, 3);
        reopened.fireDue(Long.MAX_VALUE, room, this::record);
        assertThat(fired).containsExactly("a@" + Long.MIN_VALUE, "a@" + Long.MAX_VALUE);
    }

    /** A handler that sets and removes timers on both sides of the watermark, against a sorted set, with commits in between. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void firingAgreesWithASortedSet(long seed) {
        record Timer(long timeMs, String key) {}
        TreeSet<Timer> model = new TreeSet<>(Comparator.comparing(Timer::timeMs).thenComparing(Timer::key));
        Random random = new Random(seed);
        long[] budget = {0};
        Runnable change = () -> {
            Timer timer = new Timer(random.nextInt(200), "k" + random.nextInt(5));
            if (random.nextInt(3) > 0) {
                set(timer.key(), timer.timeMs());
                model.add(timer);
            } else {
                remove(timer.key(), timer.timeMs());
                model.remove(timer);
            }
        };
        for (int round = 0; round < 400; round++) {
            for (int i = random.nextInt(6); i > 0; i--) {
                change.run();
            }
            if (random.nextInt(4) == 0) {
                store.commit(store.freeze(), new byte[0], round);
            }
            long watermarkMs = random.nextInt(200);
            room.left = random.nextInt(20);
            budget[0] = 10;
            boolean done = state.fireDue(watermarkMs, room, (key, timeMs) -> {
                room.left--;
                Timer expected = model.pollFirst();
                assertThat(new Timer(timeMs, string(key))).isEqualTo(expected);
                if (budget[0]-- > 0 && random.nextBoolean()) {
                    change.run();
                    state.setCurrentKey(key);
                }
            });
            boolean nothingDue = model.isEmpty() || model.first().timeMs() > watermarkMs;
            assertThat(done).isEqualTo(nothingDue);
        }
    }

    private boolean fire(long watermarkMs) {
        return state.fireDue(watermarkMs, room, this::record);
    }

    private void record(byte[] key, long timeMs) {
        fired.add(string(key) + "@" + timeMs);
        room.left--;
    }

    private void set(String key, long timeMs) {
        state.setCurrentKey(bytes(key));
        timers.set(timeMs);
    }

    private void remove(String key, long timeMs) {
        state.setCurrentKey(bytes(key));
        timers.remove(timeMs);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String string(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    /** An output with room for some rows. */
    private static final class Room implements Output {
        private int left = 1000;

        @Override
        public boolean hasRoom() {
            return left > 0;
        }

        @Override
        public void emit(Row row, long eventTimeMs) {}

        @Override
        public void emitLate(Row row, long eventTimeMs) {}

        @Override
        public void emitError(String rawJson, String reason) {}
    }
}
