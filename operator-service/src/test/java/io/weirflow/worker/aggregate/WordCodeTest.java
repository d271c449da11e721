package io.weirflow.worker.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.AggregateFunction;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.testkit.seed.Seeded;
import io.weirflow.worker.codegen.ExpressionCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@link WordCode} against the {@link Part}s that it stands for: the same results, the same errors, the same bytes. */
final class WordCodeTest {

    private static final Expr LONG = new Expr.ColumnRef(0, Scalar.BIGINT, true);
    private static final Expr REAL = new Expr.ColumnRef(1, Scalar.DOUBLE, true);
    private static final Expr FLAG = new Expr.ColumnRef(2, Scalar.BOOLEAN, true);
    private static final Expr TEXT = new Expr.ColumnRef(3, Scalar.VARCHAR, true);
    private static final long[] LONGS = {Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE / 2, -1, 0, 1, 7};
    private static final double[] REALS = {
        -0.0, 0.0, 1.5, -2.25, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE
    };

    private static AggregateCall call(AggregateFunction function, DataType type, @Nullable Expr filter, Expr... of) {
        return new AggregateCall(function, List.of(of), false, filter, type, true);
    }

    private static List<AggregateCall> all() {
        List<AggregateCall> calls = new ArrayList<>();
        for (Expr filter : new Expr[] {null, FLAG}) {
            calls.add(call(AggregateFunction.COUNT, Scalar.BIGINT, filter));
            calls.add(call(AggregateFunction.SUM, Scalar.BIGINT, filter, LONG));
            calls.add(call(AggregateFunction.SUM, Scalar.DOUBLE, filter, REAL));
            calls.add(call(AggregateFunction.AVG, Scalar.DOUBLE, filter, REAL));
            for (Expr column : List.of(LONG, REAL, FLAG)) {
                calls.add(call(AggregateFunction.COUNT, Scalar.BIGINT, filter, column));
                calls.add(call(AggregateFunction.MIN, column.type(), filter, column));
                calls.add(call(AggregateFunction.MAX, column.type(), filter, column));
            }
        }
        return calls;
    }

    private static MutableRow row(Random random) {
        MutableRow row = new MutableRow(4);
        if (random.nextInt(5) != 0) {
            row.setLong(0, random.nextInt(4) == 0 ? LONGS[random.nextInt(LONGS.length)] : random.nextInt(1_000) - 500);
        }
        if (random.nextInt(5) != 0) {
            row.setDouble(
                    1, random.nextInt(3) == 0 ? REALS[random.nextInt(REALS.length)] : random.nextInt(1_000) / 8.0);
        }
        if (random.nextInt(5) != 0) {
            row.setBoolean(2, random.nextBoolean());
        }
        return row;
    }

    /** A call of either side; returns what went wrong. */
    private interface Action {
        void run() throws RowException;
    }

    private static @Nullable String failure(Action action) {
        try {
            action.run();
            return null;
        } catch (RowException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static byte[] bytes(Aggregator aggregator, Accumulators state) {
        ByteWriter out = new ByteWriter(16);
        aggregator.write(state, out);
        return out.toBytes();
    }

    @Seeded(seeds = 60)
    void agreesWithTheParts(Random random) throws RowException {
        List<AggregateCall> calls = new ArrayList<>();
        for (int left = 1 + random.nextInt(10); left > 0; left--) {
            calls.add(all().get(random.nextInt(all().size())));
        }
        Aggregator code = Aggregator.compile(new ExpressionCompiler(), calls);
        Aggregator parts = Aggregator.ofParts(new ExpressionCompiler(), calls);
        assertThat(code.isCode()).isTrue();
        assertThat(parts.isCode()).isFalse();
        Accumulators[] ofCode = {code.create(), code.create(), code.create()};
        Accumulators[] ofParts = {parts.create(), parts.create(), parts.create()};
        for (int i = 0; i < 200; i++) {
            int at = random.nextInt(3);
            int other = (at + 1) % 3;
            long ordinal = i;
            switch (random.nextInt(12)) {
                case 0 ->
                    assertThat(failure(() -> code.merge(ofCode[at], ofCode[other])))
                            .isEqualTo(failure(() -> parts.merge(ofParts[at], ofParts[other])));
                case 1 -> {
                    ofCode[at] = code.create();
                    ofParts[at] = parts.create();
                }
                case 2 -> {
                    // Each reads what the other wrote.
                    byte[] written = bytes(code, ofCode[at]);
                    ofCode[at] = code.read(new ByteReader(bytes(parts, ofParts[at])));
                    ofParts[at] = parts.read(new ByteReader(written));
                }
                case 3 -> {
                    ofCode[at].set(ofCode[other]);
                    ofParts[at].set(ofParts[other]);
                }
                default -> {
                    MutableRow row = row(random);
                    assertThat(failure(() -> code.add(ofCode[at], row, ordinal)))
                            .isEqualTo(failure(() -> parts.add(ofParts[at], row, ordinal)));
                }
            }
            assertThat(bytes(code, ofCode[at])).isEqualTo(bytes(parts, ofParts[at]));
            MutableRow expected = new MutableRow(calls.size() + 1);
            MutableRow actual = new MutableRow(calls.size() + 1);
            parts.results(ofParts[at], expected, 1);
            code.results(ofCode[at], actual, 1);
            assertThat(actual).isEqualTo(expected);
        }
    }

    @Test
    void whatNeedsMoreThanWordsIsLeftToTheParts() {
        for (AggregateCall call : List.of(
                call(AggregateFunction.MIN, Scalar.VARCHAR, null, TEXT),
                call(AggregateFunction.FIRST_VALUE, Scalar.BIGINT, null, LONG),
                call(AggregateFunction.STDDEV_POP, Scalar.DOUBLE, null, REAL),
                new AggregateCall(AggregateFunction.SUM, List.of(LONG), true, null, Scalar.BIGINT, true))) {
            List<AggregateCall> calls = List.of(call(AggregateFunction.COUNT, Scalar.BIGINT, null), call);
            assertThat(Aggregator.compile(new ExpressionCompiler(), calls).isCode())
                    .isFalse();
        }
    }
}
