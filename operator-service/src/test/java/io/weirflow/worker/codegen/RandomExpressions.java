package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes well-typed random trees, and rows for them, of a seed. */
final class RandomExpressions {

    static final DataType DECIMAL = new DataType.Decimal(12, 2);
    static final DataType ARRAY = new DataType.Array(Scalar.BIGINT);
    private static final RowType NESTED = RowType.of(
            Column.of("a", Scalar.BIGINT), Column.of("b", Scalar.VARCHAR), Column.required("c", Scalar.DOUBLE));
    static final DataType ROW = new DataType.RowOf(NESTED);

    static final List<DataType> TYPES = List.of(
            Scalar.BOOLEAN,
            Scalar.INTEGER,
            Scalar.BIGINT,
            Scalar.DOUBLE,
            Scalar.VARCHAR,
            DECIMAL,
            Scalar.TIMESTAMP,
            Scalar.DATE,
            ARRAY);

    private static final List<DataType> NUMBERS = List.of(Scalar.INTEGER, Scalar.BIGINT, Scalar.DOUBLE, DECIMAL);
    private static final List<DataType> ORDERED = TYPES.subList(0, 8);
    private static final String[] TEXTS = {
        "",
        "a",
        "abc",
        "a,b,,c",
        "12",
        " -7 ",
        "1e2",
        "12.345",
        "99999999999",
        "%",
        "x_y",
        "\uE000z",
        "\uD83D\uDE00z",
        "\u00e4\u00df",
        "true",
        "NaN?"
    };

    private final Random random;

    RandomExpressions(long seed) {
        random = new Random(seed);
    }

    /** Each type as a nullable and as a required column, then a nullable row. */
    static RowType rowType() {
        List<Column> columns = new ArrayList<>();
        for (DataType type : TYPES) {
            columns.add(Column.of("n" + columns.size(), type));
            columns.add(Column.required("r" + columns.size(), type));
        }
        columns.add(Column.of("row", ROW));
        return RowType.of(columns);
    }

    MutableRow row() {
        return row(rowType());
    }

    private MutableRow row(RowType type) {
        MutableRow row = new MutableRow(type.size());
        for (int i = 0; i < type.size(); i++) {
            Column column = type.column(i);
            boolean isNull = column.nullable() && random.nextInt(3) == 0;
            row.setValue(i, column.type(), isNull ? null : constant(column.type()));
        }
        return row;
    }

    private Object constant(DataType type) {
        if (type == Scalar.BOOLEAN) {
            return random.nextBoolean();
        } else if (type == Scalar.INTEGER) {
            return pick(0, 1, -1, 2, 7, Integer.MAX_VALUE, Integer.MIN_VALUE, random.nextInt(100));
        } else if (type == Scalar.BIGINT) {
            return pick(0L, 1L, -1L, 3L, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE, random.nextLong(), 12L);
        } else if (type == Scalar.DOUBLE) {
            return pick(0.0, -0.0, 1.5, -2.25, 1e300, Double.NaN, Double.POSITIVE_INFINITY, 0x1p63, 2147483647.5, 3.0);
        } else if (type == Scalar.VARCHAR) {
            return pick((Object[]) TEXTS);
        } else if (type == Scalar.TIMESTAMP) {
            return pick(0L, -1L, 1_700_000_000_123L, -86_400_000L, 951_782_400_000L, 4_000_000_000_000L);
        } else if (type == Scalar.DATE) {
            return pick(0, -1, 19_000, 11_016, 20_000);
        } else if (type.equals(DECIMAL)) {
            return pick(
                    new BigDecimal("0.00"),
                    new BigDecimal("1.25"),
                    new BigDecimal("-3.99"),
                    new BigDecimal("9999999999.99"));
        } else if (type.equals(ARRAY)) {
            return pick(List.of(), List.of(1L, 2L), Arrays.asList(null, 12L));
        }
        return row(NESTED);
    }

    private Object pick(Object... values) {
        return values[random.nextInt(values.length)];
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** Returns a tree of at most this depth. */
    Expr expression(DataType type, int depth) {
        int choice = random.nextInt(10);
        if (depth <= 0 || choice == 0) {
            return leaf(type);
        } else if (choice == 1) {
            return choice(type, depth);
        } else if (choice == 2) {
            return call(Function.COALESCE, type, many(type, depth));
        } else if (choice == 3 && ORDERED.contains(type)) {
            return call(random.nextBoolean() ? Function.GREATEST : Function.LEAST, type, many(type, depth));
        } else if (choice == 4) {
            Expr cast = cast(type, depth);
            return cast == null ? specific(type, depth) : cast;
        }
        return specific(type, depth);
    }

    private Expr leaf(DataType type) {
        int column = TYPES.indexOf(type) * 2;
        return switch (random.nextInt(4)) {
            case 0 -> new Expr.Literal(type, random.nextInt(5) == 0 ? null : constant(type));
            case 1 -> new Expr.ColumnRef(column + 1, type, false);
            default -> new Expr.ColumnRef(column, type, true);
        };
    }

    private Expr choice(DataType type, int depth) {
        List<Expr.Branch> branches = IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(i -> new Expr.Branch(expression(Scalar.BOOLEAN, depth - 1), expression(type, depth - 1)))
                .toList();
        return new Expr.Case(branches, expression(type, depth - 1), type, true);
    }

    private List<Expr> many(DataType type, int depth) {
        return IntStream.rangeClosed(0, 1 + random.nextInt(3))
                .mapToObj(i -> expression(type, depth - 1))
                .toList();
    }

    private List<Expr> pair(DataType type, int depth) {
        return List.of(expression(type, depth - 1), expression(type, depth - 1));
    }

    private static Expr call(Function function, DataType type, List<Expr> arguments) {
        return new Expr.Call(function, arguments, type, true);
    }

    private @Nullable Expr cast(DataType type, int depth) {
        boolean safe = random.nextBoolean();
        DataType from;
        if (NUMBERS.contains(type)) {
            from = random.nextBoolean() ? Scalar.VARCHAR : any(NUMBERS);
        } else if (type == Scalar.VARCHAR) {
            from = any(List.of(Scalar.BOOLEAN, Scalar.INTEGER, Scalar.BIGINT, DECIMAL, Scalar.TIMESTAMP, Scalar.DATE));
        } else if (type == Scalar.BOOLEAN) {
            from = Scalar.BIGINT;
        } else if (type == Scalar.DATE) {
            from = Scalar.TIMESTAMP;
        } else if (type == Scalar.TIMESTAMP) {
            from = Scalar.DATE;
        } else {
            return null;
        }
        return new Expr.Cast(expression(from, depth - 1), type, safe, true);
    }

    private Expr specific(DataType type, int depth) {
        if (type == Scalar.BOOLEAN) {
            return condition(depth);
        } else if (NUMBERS.contains(type)) {
            return number(type, depth);
        } else if (type == Scalar.VARCHAR) {
            return text(depth);
        } else if (type == Scalar.TIMESTAMP) {
            Expr unit = Expr.Literal.of(any(List.of("HOUR", "DAY", "MONTH", "YEAR")));
            Expr count = new Expr.Literal(Scalar.BIGINT, (long) random.nextInt(2_000) - 1_000);
            return call(Function.TIMESTAMP_ADD, type, List.of(unit, count, expression(type, depth - 1)));
        } else if (type.equals(ARRAY)) {
            return call(Function.ARRAY_OF, type, many(Scalar.BIGINT, depth));
        }
        return leaf(type);
    }

    private Expr condition(int depth) {
        DataType any = any(TYPES);
        return switch (random.nextInt(10)) {
            case 0 -> call(Function.AND, Scalar.BOOLEAN, many(Scalar.BOOLEAN, depth));
            case 1 -> call(Function.OR, Scalar.BOOLEAN, many(Scalar.BOOLEAN, depth));
            case 2 -> call(Function.NOT, Scalar.BOOLEAN, List.of(expression(Scalar.BOOLEAN, depth - 1)));
            case 3 ->
                call(
                        any(List.of(Function.IS_TRUE, Function.IS_NOT_TRUE, Function.IS_FALSE, Function.IS_NOT_FALSE)),
                        Scalar.BOOLEAN,
                        List.of(expression(Scalar.BOOLEAN, depth - 1)));
            case 4 ->
                call(
                        any(List.of(Function.IS_NULL, Function.IS_NOT_NULL)),
                        Scalar.BOOLEAN,
                        List.of(expression(any, depth - 1)));
            case 5 ->
                call(
                        any(List.of(
                                Function.IS_DISTINCT_FROM, Function.IS_NOT_DISTINCT_FROM, Function.EQ, Function.NE)),
                        Scalar.BOOLEAN,
                        pair(any, depth));
            case 6 -> in(any, depth);
            case 7 ->
                random.nextBoolean()
                        ? call(Function.LIKE, Scalar.BOOLEAN, pair(Scalar.VARCHAR, depth))
                        : call(
                                Function.LIKE,
                                Scalar.BOOLEAN,
                                List.of(
                                        expression(Scalar.VARCHAR, depth - 1),
                                        Expr.Literal.of(any(List.of("a%", "%c", "%b%", "_", "a_c", "%,_%", "")))));
            case 8 ->
                call(
                        Function.ARRAY_CONTAINS,
                        Scalar.BOOLEAN,
                        List.of(expression(ARRAY, depth - 1), expression(Scalar.BIGINT, depth - 1)));
            default ->
                call(
                        any(List.of(Function.LT, Function.LE, Function.GT, Function.GE)),
                        Scalar.BOOLEAN,
                        pair(any(ORDERED), depth));
        };
    }

    private Expr in(DataType type, int depth) {
        List<Expr> arguments = new ArrayList<>(many(type, depth));
        if (random.nextBoolean()) {
            arguments = new ArrayList<>(arguments.subList(0, 1));
            for (int i = 0; i < 6; i++) {
                arguments.add(new Expr.Literal(type, constant(type)));
            }
        }
        return call(Function.IN, Scalar.BOOLEAN, arguments);
    }

    private Expr number(DataType type, int depth) {
        int choice = random.nextInt(8);
        if (choice == 0 && type == Scalar.INTEGER) {
            return random.nextBoolean()
                    ? call(Function.CHAR_LENGTH, type, List.of(expression(Scalar.VARCHAR, depth - 1)))
                    : call(Function.CARDINALITY, type, List.of(expression(ARRAY, depth - 1)));
        } else if (choice == 0 && type == Scalar.BIGINT) {
            return bigint(depth);
        } else if (choice == 0 && type == Scalar.DOUBLE) {
            return random.nextBoolean()
                    ? new Expr.Field(rowColumn(), 2, type, true)
                    : call(Function.SQRT, type, List.of(expression(type, depth - 1)));
        } else if (choice == 1) {
            return call(
                    random.nextBoolean() ? Function.NEGATE : Function.ABS, type, List.of(expression(type, depth - 1)));
        } else if (choice == 2 && type == Scalar.INTEGER) {
            return call(Function.SIGN, type, List.of(expression(any(NUMBERS), depth - 1)));
        }
        Function function = any(List.of(Function.PLUS, Function.MINUS, Function.TIMES, Function.DIVIDE, Function.MOD));
        return call(function, type, pair(type, depth));
    }

    private Expr bigint(int depth) {
        return switch (random.nextInt(3)) {
            case 0 ->
                call(
                        Function.ITEM,
                        Scalar.BIGINT,
                        List.of(expression(ARRAY, depth - 1), expression(Scalar.INTEGER, depth - 1)));
            case 1 ->
                call(
                        Function.EXTRACT,
                        Scalar.BIGINT,
                        List.of(
                                Expr.Literal.of(any(List.of("HOUR", "DAY", "MONTH", "YEAR"))),
                                expression(Scalar.TIMESTAMP, depth - 1)));
            default -> new Expr.Field(rowColumn(), 0, Scalar.BIGINT, true);
        };
    }

    private static Expr rowColumn() {
        return new Expr.ColumnRef(TYPES.size() * 2, ROW, true);
    }

    private Expr text(int depth) {
        Expr value = expression(Scalar.VARCHAR, depth - 1);
        return switch (random.nextInt(5)) {
            case 0 -> call(Function.UPPER, Scalar.VARCHAR, List.of(value));
            case 1 -> call(Function.CONCAT, Scalar.VARCHAR, many(Scalar.VARCHAR, depth));
            case 2 ->
                call(
                        Function.SUBSTRING,
                        Scalar.VARCHAR,
                        List.of(value, expression(Scalar.INTEGER, depth - 1), expression(Scalar.INTEGER, depth - 1)));
            case 3 -> new Expr.Field(rowColumn(), 1, Scalar.VARCHAR, true);
            default ->
                call(
                        Function.SPLIT_INDEX,
                        Scalar.VARCHAR,
                        List.of(value, Expr.Literal.of(","), expression(Scalar.INTEGER, depth - 1)));
        };
    }
}
