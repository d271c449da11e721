package io.weirflow.connectors.jdbc;

import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.Scalar;
import java.sql.Types;
import java.util.Locale;
import java.util.Set;

/**
 * A column of a table, as the database describes it.
 *
 * @param jdbcType of {@link Types}
 * @param typeName the database's name of the type
 * @param size precision of a number, length of a text
 * @param scale digits after the point
 * @param mustBeGiven whether an insert without it fails
 * @param generated whether the database makes its values and takes none
 */
record TableColumn(
        String name, int jdbcType, String typeName, int size, int scale, boolean mustBeGiven, boolean generated) {

    /** A numeric column without limits says that it is larger than anything. */
    private static final int UNLIMITED_DIGITS = 1_000;

    private static final int INTEGER_DIGITS = 10;
    private static final int BIGINT_DIGITS = 19;
    private static final Set<String> TEXT_LIKE = Set.of("json", "jsonb", "uuid");

    private static final Set<Integer> TEXTS =
            Set.of(Types.VARCHAR, Types.CHAR, Types.LONGVARCHAR, Types.NVARCHAR, Types.NCHAR, Types.CLOB);
    private static final Set<Integer> BINARIES = Set.of(Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB);
    private static final Set<Integer> DECIMALS = Set.of(Types.NUMERIC, Types.DECIMAL);
    private static final Set<Integer> DOUBLES = Set.of(Types.DOUBLE, Types.FLOAT);
    private static final Set<Integer> TIMESTAMPS = Set.of(Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE);

    /** Returns whether every value of this type fits, but for texts that are too long. */
    boolean takes(DataType type) {
        if (type instanceof Decimal decimal) {
            return hasDigits(decimal.precision() - decimal.scale(), decimal.scale());
        }
        if (!(type instanceof Scalar scalar)) {
            return isTextLike() || TEXTS.contains(jdbcType);
        }
        return switch (scalar) {
            case BOOLEAN ->
                jdbcType == Types.BOOLEAN
                        || jdbcType == Types.BIT && lowerTypeName().startsWith("bool");
            case INTEGER ->
                jdbcType == Types.INTEGER || jdbcType == Types.BIGINT || hasDigits(INTEGER_DIGITS, 0) || isDouble();
            case BIGINT -> jdbcType == Types.BIGINT || hasDigits(BIGINT_DIGITS, 0);
            case DOUBLE -> isDouble();
            case VARCHAR -> TEXTS.contains(jdbcType) || isTextLike();
            case VARBINARY -> BINARIES.contains(jdbcType);
            case DATE -> jdbcType == Types.DATE;
            case TIME -> jdbcType == Types.TIME;
            case TIMESTAMP -> TIMESTAMPS.contains(jdbcType);
        };
    }

    private boolean hasDigits(int beforePoint, int afterPoint) {
        return DECIMALS.contains(jdbcType)
                && (size >= UNLIMITED_DIGITS || size == 0 || size - scale >= beforePoint && scale >= afterPoint);
    }

    private boolean isDouble() {
        return DOUBLES.contains(jdbcType);
    }

    /** Returns whether it is of a type that reads texts and is none. */
    boolean isTextLike() {
        return TEXT_LIKE.contains(lowerTypeName());
    }

    /** Returns whether it keeps an instant, rather than a local time. */
    boolean hasZone() {
        return jdbcType == Types.TIMESTAMP_WITH_TIMEZONE
                || lowerTypeName().equals("timestamptz")
                || lowerTypeName().contains("with time zone");
    }

    private String lowerTypeName() {
        return typeName.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        boolean sized = DECIMALS.contains(jdbcType) && size > 0 && size < UNLIMITED_DIGITS;
        return sized ? typeName + "(" + size + ", " + scale + ")" : typeName;
    }
}
