package io.weirflow.worker.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.AggregateFunction;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Values;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.testkit.seed.Seeded;
import io.weirflow.worker.codegen.ExpressionCompiler;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The aggregator against the {@link NaiveGroup}, with saves, restores and merges at random moments. */
final class AggregatorTest {

    private static final DataType.Decimal DECIMAL = new DataType.Decimal(12, 2);
    private static final DataType.Decimal WIDE = new DataType.Decimal(38, 2);
    private static final Expr LONG = new Expr.ColumnRef(0, Scalar.BIGINT, true);
    private static final Expr REAL = new Expr.ColumnRef(1, Scalar.DOUBLE, true);
    private static final Expr TEXT = new Expr.ColumnRef(2, Scalar.VARCHAR, true);
    private static final Expr MONEY = new Expr.ColumnRef(3, DECIMAL, true);
    private static final Expr FLAG = new Expr.ColumnRef(4, Scalar.BOOLEAN, true);
    private static final Expr TIME = new Expr.ColumnRef(5, Scalar.TIMESTAMP, true);
    private static final Expr HALF = new Expr.Literal(Scalar.DOUBLE, 0.37);

    private static AggregateCall call(
            AggregateFunction function, DataType type, boolean distinct, @Nullable Expr filter, Expr... arguments) {
        return new AggregateCall(function, List.of(arguments), distinct, filter, type, true);
    }

    private static List<AggregateCall> calls() {
        List<AggregateCall> calls = new ArrayList<>();
        for (Expr filter : new Expr[] {null, FLAG}) {
            calls.add(call(AggregateFunction.COUNT, Scalar.BIGINT, false, filter));
            calls.add(call(AggregateFunction.SUM, Scalar.BIGINT, false, filter, LONG));
            calls.add(call(AggregateFunction.AVG, Scalar.DOUBLE, false, filter, REAL));
            calls.add(call(AggregateFunction.STDDEV_SAMP, Scalar.DOUBLE, false, filter, REAL));
            calls.add(call(AggregateFunction.PERCENTILE, Scalar.DOUBLE, false, filter, REAL, HALF));
            for (Expr any : List.of(LONG, REAL, TEXT, MONEY, FLAG, TIME)) {
                calls.add(call(AggregateFunction.COUNT, Scalar.BIGINT, false, filter, any));
                calls.add(call(AggregateFunction.COUNT, Scalar.BIGINT, true, filter, any));
                calls.add(call(AggregateFunction.MIN, any.type(), false, filter, any));
                calls.add(call(AggregateFunction.MAX, any.type(), true, filter, any));
                calls.add(call(AggregateFunction.FIRST_VALUE, any.type(), false, filter, any));
                calls.add(call(AggregateFunction.LAST_VALUE, any.type(), true, filter, any));
            }
        }
        for (boolean distinct : new boolean[] {false, true}) {
            calls.add(call(AggregateFunction.SUM, Scalar.BIGINT, distinct, null, LONG));
            calls.add(call(AggregateFunction.SUM, Scalar.DOUBLE, distinct, null, REAL));
            calls.add(call(AggregateFunction.SUM, WIDE, distinct, null, MONEY));
            calls.add(call(AggregateFunction.AVG, new DataType.Decimal(38, 6), distinct, null, MONEY));
            calls.add(call(AggregateFunction.STDDEV_POP, Scalar.DOUBLE, distinct, null, REAL));
            calls.add(call(AggregateFunction.VAR_SAMP, Scalar.DOUBLE, distinct, null, REAL));
            calls.add(call(AggregateFunction.VAR_POP, Scalar.DOUBLE, distinct, null, REAL));
            calls.add(call(AggregateFunction.PERCENTILE, Scalar.DOUBLE, distinct, null, REAL, HALF));
        }
        return calls;
    }

    private static MutableRow row(Random random) {
        MutableRow row = new MutableRow(6);
        long number = random.nextInt(12) == 0 ? Long.MAX_VALUE / 3 : random.nextInt(20) - 10;
        Object[] values = {
            number,
            (random.nextInt(40) + 1) / 4.0,
            Character.toString((char) ('a' + random.nextInt(5))),
            BigDecimal.valueOf(random.nextInt(2_000) - 1_000, 2),
            random.nextBoolean(),
            (long) random.nextInt(30)
        };
        List<Expr> columns = List.of(LONG, REAL, TEXT, MONEY, FLAG, TIME);
        for (int i = 0; i < values.length; i++) {
            row.setValue(i, columns.get(i).type(), random.nextInt(5) == 0 ? null : values[i]);
        }
        return row;
    }

    private static byte[] bytes(Aggregator aggregator, Accumulators state) {
        ByteWriter out = new ByteWriter(16);
        aggregator.write(state, out);
        return out.toBytes();
    }

    private static Accumulators restored(Aggregator aggregator, byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        Accumulators state = aggregator.read(in);
        assertThat(in.remaining()).isZero();
        return state;
    }

    /** Some groups of a slot, side by side with naive ones. */
    private static final class Groups {
        private static final int SIZE = 4;

        private final Aggregator aggregator = Aggregator.compile(new ExpressionCompiler(), calls());
        private final Accumulators[] states = new Accumulators[SIZE];
        private final NaiveGroup[] naive = new NaiveGroup[SIZE];
        private final boolean restores;
        private long ordinal;

        Groups(boolean restores) {
            this.restores = restores;
            for (int i = 0; i < SIZE; i++) {
                clear(i);
            }
        }

        private void clear(int group) {
            states[group] = aggregator.create();
            naive[group] = new NaiveGroup();
        }

        void step(Random random) {
            int group = random.nextInt(SIZE);
            int other = (group + 1 + random.nextInt(SIZE - 1)) % SIZE;
            switch (random.nextInt(12)) {
                case 0 -> merge(group, other);
                case 1 -> {
                    if (restores) {
                        states[group] = restored(aggregator, bytes(aggregator, states[group]));
                    }
                }
                default -> add(group, row(random));
            }
        }

        private void add(int group, MutableRow row) {
            ordinal++;
            byte[] before = bytes(aggregator, states[group]);
            naive[group].add(ordinal, row);
            boolean fits = calls().stream().allMatch(naive[group]::fits);
            try {
                aggregator.add(states[group], row, ordinal);
                assertThat(fits).isTrue();
            } catch (RowException e) {
                assertThat(e).hasMessageContaining("BIGINT overflow");
                assertThat(fits).isFalse();
                assertThat(bytes(aggregator, states[group])).isEqualTo(before);
                naive[group].remove(ordinal);
            }
        }

        private void merge(int into, int from) {
            byte[] before = bytes(aggregator, states[into]);
            byte[] source = bytes(aggregator, states[from]);
            NaiveGroup merged = naive[into].copy();
            merged.addAll(naive[from]);
            boolean fits = calls().stream().allMatch(merged::fits);
            try {
                aggregator.merge(states[into], states[from]);
                assertThat(fits).isTrue();
                naive[into] = merged;
            } catch (RowException e) {
                assertThat(fits).isFalse();
                assertThat(bytes(aggregator, states[into])).isEqualTo(before);
            }
            assertThat(bytes(aggregator, states[from])).isEqualTo(source);
            clear(from);
        }

        void check() throws RowException {
            List<AggregateCall> calls = calls();
            MutableRow out = new MutableRow(calls.size() + 1);
            for (int group = 0; group < SIZE; group++) {
                aggregator.results(states[group], out, 1);
                for (int i = 0; i < calls.size(); i++) {
                    AggregateCall call = calls.get(i);
                    Object actual = Values.get(out, i + 1, call.type());
                    Object expected = naive[group].result(call);
                    if (expected instanceof Double real && actual instanceof Double other) {
                        assertThat(other).as("%s", call).isCloseTo(real, within(1e-9 * (1 + Math.abs(real))));
                    } else {
                        assertThat(actual).as("%s", call).isEqualTo(expected);
                    }
                }
            }
        }
    }

    @Seeded(seeds = 40)
    void agreesWithNaiveGroups(Random random) throws RowException {
        Groups groups = new Groups(true);
        for (int i = 0; i < 60; i++) {
            groups.step(random);
            if (i % 5 == 0) {
                groups.check();
            }
        }
        groups.check();
    }

    private static boolean adds(Aggregator aggregator, Accumulators state, MutableRow row, long ordinal) {
        try {
            aggregator.add(state, row, ordinal);
            return true;
        } catch (RowException e) {
            return false;
        }
    }

    /** The same rows into a group that is split, and united as soon as a part would get large, and into one that is not. */
    private static void compareParts(Aggregator aggregator, Random random) throws RowException {
        Accumulators whole = aggregator.create();
        Accumulators first = aggregator.create();
        Accumulators second = null;
        for (int ordinal = 1; ordinal <= 40; ordinal++) {
            MutableRow row = row(random);
            boolean taken = adds(aggregator, whole, row, ordinal);
            if (second == null && aggregator.isSmall(first) && random.nextInt(4) == 0) {
                second = aggregator.create();
            }
            if (second == null) {
                assertThat(adds(aggregator, first, row, ordinal)).isEqualTo(taken);
            } else if (aggregator.addIfSmall(second, row, ordinal)) {
                assertThat(taken).isTrue();
            } else {
                aggregator.merge(first, second);
                second = null;
                assertThat(adds(aggregator, first, row, ordinal)).isEqualTo(taken);
            }
        }
        if (second != null) {
            aggregator.merge(first, second);
        }
        assertThat(bytes(aggregator, first)).isEqualTo(bytes(aggregator, whole));
    }

    @Seeded(seeds = 40)
    void twoPartsAreWorthTheWhole(Random random) throws RowException {
        ExpressionCompiler compiler = new ExpressionCompiler();
        Set<AggregateFunction> split = EnumSet.noneOf(AggregateFunction.class);
        for (AggregateCall call : calls()) {
            Aggregator aggregator = Aggregator.compile(compiler, List.of(call));
            if (aggregator.canBeSplit()) {
                split.add(call.function());
                compareParts(aggregator, random);
            }
        }
        assertThat(split)
                .containsExactlyInAnyOrder(
                        AggregateFunction.COUNT,
                        AggregateFunction.SUM,
                        AggregateFunction.MIN,
                        AggregateFunction.MAX,
                        AggregateFunction.FIRST_VALUE,
                        AggregateFunction.LAST_VALUE);
    }

    @Test
    void whatRoundsOrKeepsValuesIsNotSplit() {
        ExpressionCompiler compiler = new ExpressionCompiler();
        for (AggregateCall call : List.of(
                call(AggregateFunction.SUM, Scalar.DOUBLE, false, null, REAL),
                call(AggregateFunction.SUM, WIDE, false, null, MONEY),
                call(AggregateFunction.COUNT, Scalar.BIGINT, true, null, LONG))) {
            AggregateCall rows = call(AggregateFunction.COUNT, Scalar.BIGINT, false, null);
            assertThat(Aggregator.compile(compiler, List.of(rows, call)).canBeSplit())
                    .isFalse();
        }
    }

    /** A run that is saved and restored again and again has the same bytes as one that never is. */
    @Seeded(seeds = 10)
    void restoringChangesNoByte(long seed) {
        Groups plain = new Groups(false);
        Groups restored = new Groups(true);
        Random first = new Random(seed);
        Random second = new Random(seed);
        for (int i = 0; i < 80; i++) {
            plain.step(first);
            restored.step(second);
        }
        for (int group = 0; group < Groups.SIZE; group++) {
            assertThat(bytes(restored.aggregator, restored.states[group]))
                    .isEqualTo(bytes(plain.aggregator, plain.states[group]));
        }
    }

    @Test
    void distinctTakesCollectionsAndBytes() throws RowException {
        DataType array = new DataType.Array(Scalar.VARCHAR);
        Expr list = new Expr.ColumnRef(0, array, true);
        Expr bytes = new Expr.ColumnRef(1, Scalar.VARBINARY, true);
        Aggregator aggregator = Aggregator.compile(
                new ExpressionCompiler(),
                List.of(
                        call(AggregateFunction.COUNT, Scalar.BIGINT, true, null, list),
                        call(AggregateFunction.COUNT, Scalar.BIGINT, true, null, bytes),
                        call(AggregateFunction.LAST_VALUE, array, false, null, list)));
        Accumulators state = aggregator.create();
        for (int i = 0; i < 6; i++) {
            MutableRow row = new MutableRow(2);
            row.setObject(0, List.of("a", "b" + i % 2));
            row.setObject(1, new byte[] {(byte) (i % 3)});
            aggregator.add(state, row, i);
        }
        MutableRow out = new MutableRow(3);
        aggregator.results(restored(aggregator, bytes(aggregator, state)), out, 0);
        assertThat(out.getLong(0)).isEqualTo(2);
        assertThat(out.getLong(1)).isEqualTo(3);
        assertThat(out.getObject(2)).isEqualTo(List.of("a", "b1"));
    }

    @Test
    void argumentsOutsideOfTheFilterAreNotEvaluated() throws RowException {
        Expr quotient = new Expr.Call(Function.DIVIDE, List.of(Expr.Literal.of(6L), LONG), Scalar.BIGINT, true);
        Expr nonZero = new Expr.Call(Function.NE, List.of(LONG, Expr.Literal.of(0L)), Scalar.BOOLEAN, true);
        Aggregator filtered = Aggregator.compile(
                new ExpressionCompiler(),
                List.of(call(AggregateFunction.SUM, Scalar.BIGINT, false, nonZero, quotient)));
        Aggregator plain = Aggregator.compile(
                new ExpressionCompiler(), List.of(call(AggregateFunction.SUM, Scalar.BIGINT, false, null, quotient)));
        MutableRow zero = new MutableRow(1);
        zero.setLong(0, 0);
        Accumulators state = filtered.create();
        filtered.add(state, zero, 1);
        MutableRow out = new MutableRow(1);
        filtered.results(state, out, 0);
        assertThat(out.isNull(0)).isTrue();
        assertThatThrownBy(() -> plain.add(plain.create(), zero, 1)).hasMessage("division by zero");
    }

    @Test
    void sumsOfDecimalsStayInRange() throws RowException {
        DataType.Decimal type = new DataType.Decimal(38, 0);
        Expr column = new Expr.ColumnRef(0, type, true);
        Aggregator aggregator = Aggregator.compile(
                new ExpressionCompiler(), List.of(call(AggregateFunction.SUM, type, false, null, column)));
        MutableRow row = new MutableRow(1);
        row.setObject(0, new BigDecimal("9".repeat(38)));
        Accumulators state = aggregator.create();
        aggregator.add(state, row, 1);
        byte[] before = bytes(aggregator, state);
        assertThatThrownBy(() -> aggregator.add(state, row, 2)).hasMessageContaining("DECIMAL(38,0) overflow");
        assertThatThrownBy(() -> aggregator.merge(state, state.copy())).hasMessageContaining("overflow");
        assertThat(bytes(aggregator, state)).isEqualTo(before);
    }

    @Test
    void damagedBytesAreRefused() throws RowException {
        Aggregator aggregator = Aggregator.compile(new ExpressionCompiler(), calls());
        Accumulators state = aggregator.create();
        for (int i = 0; i < 20; i++) {
            aggregator.add(state, row(new Random(3)), i);
        }
        byte[] bytes = bytes(aggregator, state);
        for (int length = 0; length < bytes.length; length++) {
            ByteReader in = new ByteReader();
            in.wrap(bytes, 0, length);
            assertThatThrownBy(() -> aggregator.read(in)).isInstanceOf(WireFormatException.class);
        }
        bytes[0] = 9;
        assertThatThrownBy(() -> aggregator.read(new ByteReader(bytes))).hasMessageContaining("unknown format 9");
    }

    @Test
    void callsOfOtherTypesAreRefused() {
        for (AggregateCall call : List.of(
                call(AggregateFunction.SUM, Scalar.BIGINT, false, null, TEXT),
                call(AggregateFunction.AVG, Scalar.DOUBLE, false, null, LONG),
                call(AggregateFunction.MAX, Scalar.BIGINT, false, null),
                call(AggregateFunction.PERCENTILE, Scalar.DOUBLE, false, null, REAL, LONG))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Aggregator.compile(new ExpressionCompiler(), List.of(call)));
        }
    }
}
