package io.weirflow.worker.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Values;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of a table of functions: a call and what comes of it. It is checked with literals, which are prepared when compiling, and with
 * columns, which are not.
 *
 * @param function null for a cast
 * @param expected the value, or an {@link Error}
 */
record FunctionCase(
        @Nullable Function function,
        boolean safe,
        DataType type,
        @Nullable Object expected,
        List<Expr.Literal> arguments) {

    static final DataType DECIMAL = new DataType.Decimal(10, 2);

    /** What the reason contains. */
    record Error(String reason) {}

    static FunctionCase of(Function function, DataType type, @Nullable Object expected, @Nullable Object... arguments) {
        return new FunctionCase(function, false, type, expected, literals(arguments));
    }

    static FunctionCase cast(DataType type, @Nullable Object expected, Object argument) {
        return new FunctionCase(null, false, type, expected, literals(argument));
    }

    static FunctionCase tryCast(DataType type, @Nullable Object expected, Object argument) {
        return new FunctionCase(null, true, type, expected, literals(argument));
    }

    static Expr.Literal timestamp(String iso) {
        return new Expr.Literal(Scalar.TIMESTAMP, ms(iso));
    }

    static long ms(String iso) {
        return Instant.parse(iso).toEpochMilli();
    }

    static Expr.Literal date(String iso) {
        return new Expr.Literal(Scalar.DATE, day(iso));
    }

    static int day(String iso) {
        return (int) LocalDate.parse(iso).toEpochDay();
    }

    static Expr.Literal time(int ms) {
        return new Expr.Literal(Scalar.TIME, ms);
    }

    static Expr.Literal nullOf(DataType type) {
        return new Expr.Literal(type, null);
    }

    private static List<Expr.Literal> literals(@Nullable Object... values) {
        return Arrays.stream(values).map(FunctionCase::literal).toList();
    }

    private static Expr.Literal literal(@Nullable Object value) {
        if (value instanceof Expr.Literal literal) {
            return literal;
        } else if (value instanceof BigDecimal) {
            return new Expr.Literal(DECIMAL, value);
        } else if (value instanceof List<?>) {
            return new Expr.Literal(new DataType.Array(Scalar.VARCHAR), value);
        } else if (value instanceof Map<?, ?>) {
            return new Expr.Literal(new DataType.MapOf(Scalar.BIGINT), value);
        }
        Scalar type = value instanceof Boolean
                ? Scalar.BOOLEAN
                : value instanceof Integer
                        ? Scalar.INTEGER
                        : value instanceof Long
                                ? Scalar.BIGINT
                                : value instanceof Double
                                        ? Scalar.DOUBLE
                                        : value instanceof byte[] ? Scalar.VARBINARY : Scalar.VARCHAR;
        return new Expr.Literal(type, value);
    }

    void check() {
        MutableRow row = new MutableRow(arguments.size());
        List<Expr> columns = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            Expr.Literal argument = arguments.get(i);
            row.setValue(i, argument.type(), argument.value());
            columns.add(new Expr.ColumnRef(i, argument.type(), true));
        }
        checkOne(expression(List.copyOf(arguments)), row);
        checkOne(expression(columns), row);
    }

    private Expr expression(List<Expr> with) {
        return function == null
                ? new Expr.Cast(with.get(0), type, safe, true)
                : new Expr.Call(function, with, type, true);
    }

    private void checkOne(Expr expression, MutableRow row) {
        MutableRow out = new MutableRow(1);
        try {
            new ExpressionCompiler().mapper(List.of(expression)).map(row, out);
        } catch (RowException e) {
            assertThat(expected).as("%s fails: %s", expression, e.getMessage()).isInstanceOf(Error.class);
            assertThat(e).hasMessageContaining(((Error) expected).reason());
            return;
        }
        assertThat(Values.get(out, 0, type)).as("%s", expression).isEqualTo(expected);
    }

    @Override
    public String toString() {
        String name = function == null ? (safe ? "TRY_CAST " : "CAST ") + type.sql() : function.name();
        return name + arguments.stream().map(Expr.Literal::value).toList();
    }
}
