package io.weirflow.connectors.format;

import io.weirflow.api.connector.DecodeException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds the fields of one CSV record (RFC 4180) without making strings of those that nobody asks for. A field that does not begin
 * with a quote is taken as it stands, quotes inside it included.
 */
final class CsvFields {

    private final byte delimiter;
    private byte[] bytes = new byte[0];
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private boolean[] quoted = new boolean[16];
    private int count;

    CsvFields(byte delimiter) {
        this.delimiter = delimiter;
    }

    /** Takes a record; the array must stay as it is while its fields are read. */
    void take(byte[] record, int offset, int length) throws DecodeException {
        bytes = record;
        count = 0;
        int end = offset + length;
        int at = offset;
        while (true) {
            at = at < end && record[at] == '"' ? quotedField(at + 1, end) : plainField(at, end);
            if (at == end) {
                return;
            }
            at++;
        }
    }

    private int plainField(int start, int end) {
        int at = start;
        while (at < end && bytes[at] != delimiter) {
            at++;
        }
        add(start, at, false);
        return at;
    }

    private int quotedField(int start, int end) throws DecodeException {
        int at = start;
        while (true) {
            while (at < end && bytes[at] != '"') {
                at++;
            }
            if (at == end) {
                throw new DecodeException("the quote of field " + (count + 1) + " is not closed");
            }
            if (at + 1 == end || bytes[at + 1] != '"') {
                break;
            }
            at += 2;
        }
        add(start, at, true);
        if (at + 1 < end && bytes[at + 1] != delimiter) {
            throw new DecodeException("text behind the closing quote of field " + count);
        }
        return at + 1;
    }

    private void add(int start, int end, boolean isQuoted) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
            quoted = Arrays.copyOf(quoted, count * 2);
        }
        starts[count] = start;
        ends[count] = end;
        quoted[count] = isQuoted;
        count++;
    }

    int count() {
        return count;
    }

    /** Returns whether the field is empty and was not written as {@code ""}: that is how NULL is written. */
    boolean isNull(int field) {
        return starts[field] == ends[field] && !quoted[field];
    }

    /** Returns the text of a field; bytes that are not UTF-8 become U+FFFD. */
    String text(int field) {
        String raw = new String(bytes, starts[field], ends[field] - starts[field], StandardCharsets.UTF_8);
        return quoted[field] && raw.indexOf('"') >= 0 ? raw.replace("\"\"", "\"") : raw;
    }
}
