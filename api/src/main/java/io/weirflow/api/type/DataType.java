package io.weirflow.api.type;

/**
 * The type of a column or an expression, without nullability (which belongs to the {@link Column} or the expression).
 *
 * <p>Values in Java: BOOLEAN is a boolean; INTEGER an int; BIGINT a long; DOUBLE a double; DECIMAL a
 * {@link java.math.BigDecimal} of exactly the type's scale; VARCHAR a {@link String}; VARBINARY a {@code byte[]}; DATE days
 * since 1970-01-01 (int); TIME milliseconds of the day (int); TIMESTAMP a UTC instant in milliseconds since the epoch (long);
 * ARRAY a {@link java.util.List}; MAP a {@link java.util.Map} with String keys in insertion order; ROW a
 * {@link io.weirflow.api.row.Row}.
 */
public sealed interface DataType {

    /** How a value of this type is held in a row. */
    enum Storage {
        /** One 64-bit word: booleans (0 or 1), integers, dates, times, timestamps. */
        WORD,
        /** One 64-bit word that holds {@link Double#doubleToLongBits(double)}. */
        DOUBLE_WORD,
        /** A reference to an immutable object. */
        OBJECT
    }

    /** Returns how rows hold values of this type. */
    Storage storage();

    /** Returns the type as SQL writes it, for example {@code DECIMAL(10,2)} or {@code ARRAY<VARCHAR>}. */
    String sql();

    /** The types without parameters. The constants are append-only: their names are written into plans. */
    enum Scalar implements DataType {
        BOOLEAN(Storage.WORD),
        INTEGER(Storage.WORD),
        BIGINT(Storage.WORD),
        DOUBLE(Storage.DOUBLE_WORD),
        VARCHAR(Storage.OBJECT),
        VARBINARY(Storage.OBJECT),
        DATE(Storage.WORD),
        TIME(Storage.WORD),
        TIMESTAMP(Storage.WORD);

        private final Storage storage;

        Scalar(Storage storage) {
            this.storage = storage;
        }

        @Override
        public Storage storage() {
            return storage;
        }

        @Override
        public String sql() {
            return name();
        }
    }

    /**
     * An exact decimal number.
     *
     * @param precision total number of digits, 1 to 38
     * @param scale digits after the point, 0 to {@code precision}
     */
    record Decimal(int precision, int scale) implements DataType {
        /** The largest precision. */
        public static final int MAX_PRECISION = 38;

        public Decimal {
            if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
                throw new IllegalArgumentException("DECIMAL(" + precision + "," + scale + ") is out of range");
            }
        }

        @Override
        public Storage storage() {
            return Storage.OBJECT;
        }

        @Override
        public String sql() {
            return "DECIMAL(" + precision + "," + scale + ")";
        }
    }

    /** A list of nullable elements of one type. */
    record Array(DataType element) implements DataType {
        @Override
        public Storage storage() {
            return Storage.OBJECT;
        }

        @Override
        public String sql() {
            return "ARRAY<" + element.sql() + ">";
        }
    }

    /** A map from VARCHAR keys to nullable values of one type. */
    record MapOf(DataType value) implements DataType {
        @Override
        public Storage storage() {
            return Storage.OBJECT;
        }

        @Override
        public String sql() {
            return "MAP<VARCHAR, " + value.sql() + ">";
        }
    }

    /** A nested row. */
    record RowOf(RowType rowType) implements DataType {
        @Override
        public Storage storage() {
            return Storage.OBJECT;
        }

        @Override
        public String sql() {
            return "ROW<" + rowType.sql() + ">";
        }
    }
}
