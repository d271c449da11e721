package io.weirflow.connectors.format;

import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Decimal;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads simple values of a JSON object straight from its bytes. Values that are not read are passed over, but must be well-formed. Whatever is
 * unusual or wrong it gives up on: the record is then read by {@link JsonReader}, whose results and messages are those that count. Used
 * by one thread.
 */
final class FlatJson {

    private final DataType[] types;
    private final TextValues texts;
    private final RequiredColumns required;
    private final MemberNames names;
    private final PlainNumber number = new PlainNumber();

    private FlatJson(RowType rowType, BitSet read, TextValues texts, RequiredColumns required) {
        this.texts = texts;
        this.required = required;
        this.types = new DataType[rowType.size()];
        @Nullable String[] columns = new String[rowType.size()];
        for (int i = 0; i < types.length; i++) {
            types[i] = rowType.column(i).type();
            columns[i] = read.get(i) ? rowType.column(i).name() : null;
        }
        this.names = new MemberNames(columns);
    }

    /** Returns a reader of these columns, or null where nested columns or unusual names are among them. */
    static @Nullable FlatJson of(RowType rowType, BitSet read, TextValues texts, RequiredColumns required) {
        boolean simple = read.stream()
                .mapToObj(rowType::column)
                .allMatch(column -> TextValues.supports(column.type()) && MemberNames.supports(column.name()));
        return simple ? new FlatJson(rowType, read, texts, required) : null;
    }

    /** Reads a record; returns false when it gave up, with anything in the row. */
    boolean read(byte[] bytes, int offset, int length, MutableRow row) {
        int end = offset + length;
        int at = JsonBytes.nextByte(bytes, offset, end);
        if (at < 0 || bytes[at] != '{') {
            return false;
        }
        names.begin();
        at = JsonBytes.nextByte(bytes, at + 1, end);
        if (at >= 0 && bytes[at] == '}') {
            return isEnd(bytes, at + 1, end, row);
        }
        while (at >= 0) {
            at = member(bytes, at, end, row);
            if (at < 0) {
                return false;
            }
            if (bytes[at] == '}') {
                return isEnd(bytes, at + 1, end, row);
            }
            at = bytes[at] == ',' ? JsonBytes.nextByte(bytes, at + 1, end) : JsonBytes.GIVE_UP;
        }
        return false;
    }

    private boolean isEnd(byte[] bytes, int at, int end, MutableRow row) {
        return JsonBytes.space(bytes, at, end) == end && required.areIn(row);
    }

    /** Reads name, colon and value; returns where the byte behind them is, or {@link JsonBytes#GIVE_UP}. */
    private int member(byte[] bytes, int start, int end, MutableRow row) {
        int at = JsonBytes.nextByte(bytes, names.read(bytes, start, end), end);
        if (at < 0) {
            return JsonBytes.GIVE_UP;
        }
        int column = names.column();
        int behind = column == MemberNames.NONE
                ? JsonBytes.value(bytes, at, end)
                : value(bytes, at, types[column], row, column);
        return JsonBytes.nextByte(bytes, behind, end);
    }

    private int value(byte[] bytes, int at, DataType type, MutableRow row, int column) {
        byte first = bytes[at];
        if (first == '"') {
            return text(bytes, at + 1, type, row, column);
        }
        if (first == 'n') {
            row.setNull(column);
            return JsonBytes.literal(bytes, at);
        }
        if (first == 't' || first == 'f') {
            row.setBoolean(column, first == 't');
            return type == Scalar.BOOLEAN ? JsonBytes.literal(bytes, at) : JsonBytes.GIVE_UP;
        }
        int behind = number.read(bytes, at);
        return behind >= 0 && number(bytes, at, behind, type, row, column) ? behind : JsonBytes.GIVE_UP;
    }

    private boolean number(byte[] bytes, int start, int end, DataType type, MutableRow row, int column) {
        if (type instanceof Decimal) {
            return parse(ascii(bytes, start, end), type, row, column);
        }
        switch ((Scalar) type) {
            case BIGINT, TIMESTAMP -> {
                row.setLong(column, number.longValue());
                return number.isWhole();
            }
            case INTEGER -> {
                long value = number.longValue();
                row.setLong(column, value);
                return number.isWhole() && value == (int) value;
            }
            case DOUBLE -> {
                row.setDouble(column, number.doubleValue());
                return number.isExactDouble();
            }
            default -> {
                return false;
            }
        }
    }

    /** Reads a string without escapes from behind its first quote. */
    private int text(byte[] bytes, int start, DataType type, MutableRow row, int column) {
        int quote = JsonBytes.ordinary(bytes, start);
        boolean ascii = true;
        while (quote < bytes.length && bytes[quote] < 0) {
            ascii = false;
            int behind = Utf8.next(bytes, quote);
            if (behind < 0) {
                return JsonBytes.GIVE_UP;
            }
            quote = JsonBytes.ordinary(bytes, behind);
        }
        if (quote >= bytes.length || bytes[quote] != '"') {
            return JsonBytes.GIVE_UP;
        }
        String text =
                ascii ? ascii(bytes, start, quote) : new String(bytes, start, quote - start, StandardCharsets.UTF_8);
        if (type == Scalar.VARCHAR) {
            row.setObject(column, text);
            return quote + 1;
        }
        return takesText(type) && parse(text, type, row, column) ? quote + 1 : JsonBytes.GIVE_UP;
    }

    /** Texts of other types are taken only when they are coerced, which is left to the full parser. */
    private static boolean takesText(DataType type) {
        return type instanceof Decimal
                || type == Scalar.TIMESTAMP
                || type == Scalar.DATE
                || type == Scalar.TIME
                || type == Scalar.VARBINARY;
    }

    private boolean parse(String text, DataType type, MutableRow row, int column) {
        try {
            texts.parse(text, type, row, column);
            return true;
        } catch (DecodeException e) {
            return false;
        }
    }

    /** One byte is one character in Latin-1, of which ASCII is a part, so the bytes are copied and nothing else. */
    private static String ascii(byte[] bytes, int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
