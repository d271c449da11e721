package io.weirflow.language.sql;

import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.Scalar;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCollectionTypeNameSpec;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlMapTypeNameSpec;
import org.apache.calcite.sql.SqlTypeNameSpec;

/** The types that may be named in CAST. */
final class TypeSpecs {
    private static final Map<String, String> ELSEWHERE = Map.ofEntries(
            Map.entry("STRING", "VARCHAR"),
            Map.entry("TEXT", "VARCHAR"),
            Map.entry("CHAR", "VARCHAR"),
            Map.entry("JSON", "VARCHAR"),
            Map.entry("UUID", "VARCHAR"),
            Map.entry("BYTES", "VARBINARY"),
            Map.entry("BINARY", "VARBINARY"),
            Map.entry("LONG", "BIGINT"),
            Map.entry("INT64", "BIGINT"),
            Map.entry("TINYINT", "INTEGER"),
            Map.entry("SMALLINT", "INTEGER"),
            Map.entry("INT32", "INTEGER"),
            Map.entry("FLOAT", "DOUBLE"),
            Map.entry("REAL", "DOUBLE"),
            Map.entry("BOOL", "BOOLEAN"),
            Map.entry("DATETIME", "TIMESTAMP"),
            Map.entry("TIMESTAMP_WITH_LOCAL_TIME_ZONE", "TIMESTAMP"),
            Map.entry("TIMESTAMP_TZ", "TIMESTAMP"));

    private TypeSpecs() {}

    static DataType of(SqlDataTypeSpec spec) {
        return of(spec.getTypeNameSpec());
    }

    private static DataType of(SqlTypeNameSpec name) {
        if (name instanceof SqlMapTypeNameSpec map) {
            if (of(map.getKeyType()) != Scalar.VARCHAR) {
                throw Mistake.here(ProblemCode.NOT_SUPPORTED, "the keys of a MAP are VARCHAR");
            }
            return new DataType.MapOf(of(map.getValType()));
        }
        if (name instanceof SqlCollectionTypeNameSpec collection) {
            if (!String.valueOf(collection.getTypeName().getSimple()).equals("ARRAY")) {
                throw Mistake.here(ProblemCode.NOT_SUPPORTED, "the only collections are ARRAY and MAP");
            }
            return new DataType.Array(of(collection.getElementTypeName()));
        }
        String simple = name.getTypeName().getSimple();
        return name instanceof SqlBasicTypeNameSpec basic ? basic(simple, basic) : unknown(simple);
    }

    private static DataType basic(String name, SqlBasicTypeNameSpec spec) {
        int precision = spec.getPrecision();
        switch (name) {
            case "BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "DATE" -> {
                return Scalar.valueOf(name);
            }
            case "VARCHAR", "VARBINARY" -> {
                if (precision >= 0) {
                    throw Mistake.here(
                            ProblemCode.NOT_SUPPORTED,
                            name + " has no length here"
                                    + (name.equals("VARCHAR") ? "; write LEFT(x, " + precision + ")" : ""));
                }
                return Scalar.valueOf(name);
            }
            case "TIME", "TIMESTAMP" -> {
                if (precision >= 0 && precision != 3) {
                    throw Mistake.here(ProblemCode.NOT_SUPPORTED, name + " is in milliseconds; write " + name);
                }
                return Scalar.valueOf(name);
            }
            case "DECIMAL" -> {
                return decimal(precision, spec.getScale());
            }
            default -> {
                return unknown(name);
            }
        }
    }

    private static DataType decimal(int precision, int scale) {
        if (precision < 0) {
            throw Mistake.here(ProblemCode.WRONG_TYPES, "DECIMAL needs its digits, for example DECIMAL(18, 2)");
        }
        int digits = Math.max(0, scale);
        if (precision < 1 || precision > Decimal.MAX_PRECISION || digits > precision) {
            throw Mistake.here(
                    ProblemCode.BAD_LITERAL,
                    "DECIMAL(" + precision + "," + digits + ") is out of range: at most " + Decimal.MAX_PRECISION
                            + " digits, of which at most all stand after the point");
        }
        return new Decimal(precision, digits);
    }

    private static DataType unknown(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        throw Mistake.here(ProblemCode.NOT_SUPPORTED, "there is no type " + name, ELSEWHERE.getOrDefault(upper, ""));
    }
}
