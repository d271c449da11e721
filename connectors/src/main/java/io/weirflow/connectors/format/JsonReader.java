package io.weirflow.connectors.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Values;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Array;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.MapOf;
import io.weirflow.api.type.DataType.RowOf;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads columns out of a JSON object and passes over the rest without building anything. One instance per row type, nested ones
 * included.
 */
final class JsonReader {

    private final JsonFactory factory;
    private final TextValues texts;
    private final boolean coerce;
    private final RowType rowType;
    private final Map<String, Integer> indexByName = new HashMap<>();
    private final RequiredColumns required;
    private final Map<RowType, JsonReader> nestedReaders = new HashMap<>();

    /** @param read the columns that are read */
    JsonReader(JsonFactory factory, TextValues texts, boolean coerce, RowType rowType, BitSet read) {
        this.factory = factory;
        this.texts = texts;
        this.coerce = coerce;
        this.rowType = rowType;
        this.required = new RequiredColumns(rowType, read.stream());
        read.stream().forEach(i -> {
            indexByName.put(rowType.column(i).name(), i);
            addNested(rowType.column(i).type());
        });
    }

    private void addNested(DataType type) {
        if (type instanceof RowOf nested) {
            RowType inner = nested.rowType();
            BitSet all = new BitSet();
            all.set(0, inner.size());
            nestedReaders.put(inner, new JsonReader(factory, texts, coerce, inner, all));
        } else if (type instanceof Array array) {
            addNested(array.element());
        } else if (type instanceof MapOf map) {
            addNested(map.value());
        }
    }

    /** Reads from behind the opening brace to the closing one. Of two members with one name the last wins. */
    void readMembers(JsonParser parser, MutableRow row) throws IOException, DecodeException {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            Integer column = indexByName.get(name);
            if (column == null) {
                parser.skipChildren();
                continue;
            }
            try {
                read(parser, token, rowType.column(column).type(), row, column);
            } catch (DecodeException e) {
                throw TextValues.at(name, e);
            }
        }
        required.check(row);
    }

    private void read(JsonParser parser, JsonToken token, DataType type, MutableRow row, int column)
            throws IOException, DecodeException {
        if (token == JsonToken.VALUE_NULL) {
            row.setNull(column);
        } else if (type instanceof Scalar scalar) {
            readScalar(parser, token, scalar, row, column);
        } else if (type instanceof Decimal decimal) {
            readDecimal(parser, token, decimal, row, column);
        } else {
            row.setObject(column, readNested(parser, token, type));
        }
    }

    private void readScalar(JsonParser parser, JsonToken token, Scalar type, MutableRow row, int column)
            throws IOException, DecodeException {
        switch (type) {
            case BOOLEAN -> readBoolean(parser, token, row, column);
            case INTEGER, BIGINT -> readInteger(parser, token, type, row, column);
            case DOUBLE -> readDouble(parser, token, row, column);
            case VARCHAR -> readText(parser, token, row, column);
            case TIMESTAMP -> readTimestamp(parser, token, row, column);
            case VARBINARY, DATE, TIME -> {
                if (token != JsonToken.VALUE_STRING) {
                    throw wrongKind(parser, token, type);
                }
                texts.parse(parser.getText(), type, row, column);
            }
        }
    }

    private void readBoolean(JsonParser parser, JsonToken token, MutableRow row, int column)
            throws IOException, DecodeException {
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            row.setBoolean(column, token == JsonToken.VALUE_TRUE);
        } else {
            readCoerced(parser, token, Scalar.BOOLEAN, row, column);
        }
    }

    private void readInteger(JsonParser parser, JsonToken token, Scalar type, MutableRow row, int column)
            throws IOException, DecodeException {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            readCoerced(parser, token, type, row, column);
            return;
        }
        JsonParser.NumberType size = parser.getNumberType();
        boolean fits =
                size == JsonParser.NumberType.INT || (size == JsonParser.NumberType.LONG && type == Scalar.BIGINT);
        if (!fits) {
            throw TextValues.notA(parser.getText(), type);
        }
        row.setLong(column, parser.getLongValue());
    }

    private void readDouble(JsonParser parser, JsonToken token, MutableRow row, int column)
            throws IOException, DecodeException {
        if (!token.isNumeric()) {
            readCoerced(parser, token, Scalar.DOUBLE, row, column);
            return;
        }
        double value = parser.getDoubleValue();
        if (Double.isInfinite(value)) {
            throw TextValues.notA(parser.getText(), Scalar.DOUBLE);
        }
        row.setDouble(column, value);
    }

    /** An object or array in a VARCHAR column is kept as JSON text, for the JSON functions. */
    private void readText(JsonParser parser, JsonToken token, MutableRow row, int column)
            throws IOException, DecodeException {
        if (token == JsonToken.VALUE_STRING) {
            row.setObject(column, parser.getText());
        } else if (token.isStructStart()) {
            StringWriter text = new StringWriter();
            try (JsonGenerator generator = factory.createGenerator(text)) {
                generator.copyCurrentStructure(parser);
            }
            row.setObject(column, text.toString());
        } else {
            readCoerced(parser, token, Scalar.VARCHAR, row, column);
        }
    }

    private void readTimestamp(JsonParser parser, JsonToken token, MutableRow row, int column)
            throws IOException, DecodeException {
        if (token == JsonToken.VALUE_STRING) {
            texts.parse(parser.getText(), Scalar.TIMESTAMP, row, column);
        } else if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            row.setLong(column, parser.getLongValue());
        } else {
            throw wrongKind(parser, token, Scalar.TIMESTAMP);
        }
    }

    /** A DECIMAL may be a text: JSON numbers of many digits do not survive every writer. */
    private void readDecimal(JsonParser parser, JsonToken token, Decimal type, MutableRow row, int column)
            throws IOException, DecodeException {
        if (!token.isNumeric() && token != JsonToken.VALUE_STRING) {
            throw wrongKind(parser, token, type);
        }
        texts.parse(parser.getText(), type, row, column);
    }

    private void readCoerced(JsonParser parser, JsonToken token, Scalar type, MutableRow row, int column)
            throws IOException, DecodeException {
        if (!coerce || !token.isScalarValue()) {
            throw wrongKind(parser, token, type);
        }
        texts.parse(parser.getText(), type, row, column);
    }

    private Object readNested(JsonParser parser, JsonToken token, DataType type) throws IOException, DecodeException {
        if (type instanceof Array array && token == JsonToken.START_ARRAY) {
            return readArray(parser, array.element());
        }
        if (type instanceof MapOf map && token == JsonToken.START_OBJECT) {
            return readMap(parser, map.value());
        }
        JsonReader nested = type instanceof RowOf rowOf ? nestedReaders.get(rowOf.rowType()) : null;
        if (nested != null && token == JsonToken.START_OBJECT) {
            MutableRow row = new MutableRow(nested.rowType.size());
            nested.readMembers(parser, row);
            return row;
        }
        throw wrongKind(parser, token, type);
    }

    private List<@Nullable Object> readArray(JsonParser parser, DataType element) throws IOException, DecodeException {
        List<@Nullable Object> list = new ArrayList<>();
        MutableRow cell = new MutableRow(1);
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            read(parser, token, element, cell, 0);
            list.add(Values.get(cell, 0, element));
        }
        return Collections.unmodifiableList(list);
    }

    private Map<String, @Nullable Object> readMap(JsonParser parser, DataType valueType)
            throws IOException, DecodeException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        MutableRow cell = new MutableRow(1);
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            try {
                read(parser, parser.nextToken(), valueType, cell, 0);
            } catch (DecodeException e) {
                throw TextValues.at(TextValues.shorten(name), e);
            }
            map.put(name, Values.get(cell, 0, valueType));
        }
        return Collections.unmodifiableMap(map);
    }

    private static DecodeException wrongKind(JsonParser parser, JsonToken token, DataType type) throws IOException {
        String shown =
                token == JsonToken.START_OBJECT ? "{…}" : token == JsonToken.START_ARRAY ? "[…]" : parser.getText();
        return TextValues.notA(shown, type);
    }
}
