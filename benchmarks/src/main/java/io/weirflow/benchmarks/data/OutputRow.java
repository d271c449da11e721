package io.weirflow.benchmarks.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Reads the rows that engines write, as far as answers depend on them: the named columns, all of them whole numbers or times. A time may be
 * written in ISO-8601 or as milliseconds since the epoch. Used by one thread.
 */
public final class OutputRow {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final List<String> columns;
    private final long[] values;

    /** @param columns in the order of the hash */
    public OutputRow(List<String> columns) {
        this.columns = List.copyOf(columns);
        this.values = new long[columns.size()];
    }

    /**
     * Returns the columns of a record. The array is used again.
     *
     * @throws IllegalArgumentException when one of them is absent or no number
     */
    public long[] read(byte[] record) {
        int found = 0;
        try (JsonParser parser = FACTORY.createParser(record)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int column = columns.indexOf(parser.currentName());
                parser.nextToken();
                if (column >= 0) {
                    values[column] = number(parser);
                    found++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (found != values.length) {
            throw new IllegalArgumentException(
                    "a row lacks some of " + columns + ": " + new String(record, StandardCharsets.UTF_8));
        }
        return values;
    }

    private static long number(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_STRING -> Instant.parse(parser.getText()).toEpochMilli();
            default -> throw new IllegalArgumentException("neither a whole number nor a time: " + parser.getText());
        };
    }
}
