package io.weirflow.language.check;

import io.weirflow.api.definition.Text;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import io.weirflow.language.problem.Suggestions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads types as columns declare them: {@code INTEGER}, {@code DECIMAL(10,2) NOT NULL}, {@code ROW<a INTEGER, b ARRAY<VARCHAR>>}.
 * A recursive-descent parser over {@code type = NAME [ "(" n ["," n] ")" ] [ "<" arguments ">" ] [ NOT NULL ]}.
 */
final class TypeParser {

    private static final int MAX_DEPTH = 16;
    private static final List<String> KNOWN = List.of(
            "BOOLEAN",
            "INTEGER",
            "BIGINT",
            "DOUBLE",
            "DECIMAL",
            "VARCHAR",
            "VARBINARY",
            "DATE",
            "TIME",
            "TIMESTAMP",
            "ARRAY",
            "MAP",
            "ROW");
    /** Names that other systems have for ours. */
    private static final Map<String, String> FOREIGN = Map.ofEntries(
            Map.entry("STRING", "VARCHAR"),
            Map.entry("TEXT", "VARCHAR"),
            Map.entry("CHAR", "VARCHAR"),
            Map.entry("INT", "INTEGER"),
            Map.entry("SMALLINT", "INTEGER"),
            Map.entry("TINYINT", "INTEGER"),
            Map.entry("LONG", "BIGINT"),
            Map.entry("FLOAT", "DOUBLE"),
            Map.entry("REAL", "DOUBLE"),
            Map.entry("NUMERIC", "DECIMAL"),
            Map.entry("NUMBER", "DOUBLE"),
            Map.entry("BOOL", "BOOLEAN"),
            Map.entry("BYTES", "VARBINARY"),
            Map.entry("BINARY", "VARBINARY"),
            Map.entry("DATETIME", "TIMESTAMP"),
            Map.entry("STRUCT", "ROW"));

    private final String value;
    private int at;

    private TypeParser(Text text) {
        this.value = text.value();
    }

    /** Returns the column of this name and declared type; null when the type is malformed, which is reported. */
    static @Nullable Column column(String name, Text type, Problems problems) {
        TypeParser parser = new TypeParser(type);
        try {
            DataType parsed = parser.type(0);
            boolean required = parser.notNull();
            parser.blanks();
            if (parser.at < parser.value.length()) {
                throw parser.malformed("'" + parser.value.substring(parser.at) + "' is too much after the type", "");
            }
            return new Column(name, parsed, !required);
        } catch (Malformed e) {
            problems.add(ProblemCode.BAD_TYPE, type.at(e.offset), e.problem, e.suggestion);
            return null;
        }
    }

    private DataType type(int depth) {
        if (depth > MAX_DEPTH) {
            throw malformed("the type is nested too deeply", "");
        }
        blanks();
        int start = at;
        String name = word().toUpperCase(Locale.ROOT);
        switch (name) {
            case "DECIMAL":
                return decimal(start);
            case "ARRAY":
                expect('<');
                DataType element = type(depth + 1);
                expect('>');
                return new DataType.Array(element);
            case "MAP":
                return map(depth);
            case "ROW":
                return row(depth);
            default:
                return scalar(name, start);
        }
    }

    private DataType scalar(String name, int start) {
        for (DataType.Scalar scalar : DataType.Scalar.values()) {
            if (scalar.name().equals(name)) {
                if (peek() == '(') {
                    throw malformed(name + " takes no length or precision", name);
                }
                return scalar;
            }
        }
        at = start;
        String foreign = FOREIGN.get(name);
        String suggestion = foreign == null ? Suggestions.nearest(name, KNOWN) : foreign;
        if (name.isEmpty()) {
            throw malformed("a type is missing", "");
        }
        throw malformed("unknown type '" + name + "'; types are " + String.join(", ", KNOWN), suggestion);
    }

    private DataType decimal(int start) {
        if (peek() != '(') {
            throw malformed("DECIMAL needs its digits, such as DECIMAL(18,2)", "");
        }
        expect('(');
        int precision = digits();
        int scale = 0;
        if (peek() == ',') {
            expect(',');
            scale = digits();
        }
        expect(')');
        try {
            return new DataType.Decimal(precision, scale);
        } catch (IllegalArgumentException e) {
            at = start;
            throw malformed(
                    "DECIMAL(" + precision + "," + scale + ") is out of range: 1 to " + DataType.Decimal.MAX_PRECISION
                            + " digits, any of them after the point",
                    "");
        }
    }

    private DataType map(int depth) {
        expect('<');
        blanks();
        int start = at;
        if (type(depth + 1) != DataType.Scalar.VARCHAR) {
            at = start;
            throw malformed("the keys of a MAP are VARCHAR", "");
        }
        expect(',');
        DataType element = type(depth + 1);
        expect('>');
        return new DataType.MapOf(element);
    }

    private DataType row(int depth) {
        expect('<');
        List<Column> columns = new ArrayList<>();
        Set<String> names = new HashSet<>();
        do {
            if (!columns.isEmpty()) {
                expect(',');
            }
            blanks();
            int start = at;
            String name = word();
            if (name.isEmpty() || !names.add(name)) {
                at = start;
                throw malformed(
                        name.isEmpty() ? "a field's name is missing" : "two fields are named '" + name + "'", "");
            }
            DataType type = type(depth + 1);
            columns.add(new Column(name, type, !notNull()));
        } while (peek() == ',');
        expect('>');
        return new DataType.RowOf(RowType.of(columns));
    }

    private boolean notNull() {
        blanks();
        int start = at;
        if (word().equalsIgnoreCase("NOT")) {
            blanks();
            if (word().equalsIgnoreCase("NULL")) {
                return true;
            }
        }
        at = start;
        return false;
    }

    private int digits() {
        blanks();
        int start = at;
        while (at < value.length() && value.charAt(at) >= '0' && value.charAt(at) <= '9' && at - start < 4) {
            at++;
        }
        if (start == at) {
            throw malformed("a number is expected", "");
        }
        return Integer.parseInt(value.substring(start, at));
    }

    private String word() {
        int start = at;
        while (at < value.length() && (Character.isLetterOrDigit(value.charAt(at)) || value.charAt(at) == '_')) {
            at++;
        }
        return value.substring(start, at);
    }

    private char peek() {
        blanks();
        return at < value.length() ? value.charAt(at) : '\0';
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            String hint = at >= value.length() && wanted == '>' ? "; quote types that have commas" : "";
            throw malformed("'" + wanted + "' is expected" + hint, "");
        }
        at++;
    }

    private void blanks() {
        while (at < value.length() && Character.isWhitespace(value.charAt(at))) {
            at++;
        }
    }

    private Malformed malformed(String problem, String suggestion) {
        return new Malformed(problem, suggestion, at);
    }

    /** Leaves the recursion; never leaves this class. */
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final String problem;
        private final String suggestion;
        private final int offset;

        Malformed(String problem, String suggestion, int offset) {
            super(null, null, false, false);
            this.problem = problem;
            this.suggestion = suggestion;
            this.offset = offset;
        }
    }
}
