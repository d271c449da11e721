package io.weirflow.benchmarks.flink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads the numbers that a job needs, and writes flat objects of numbers. */
final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Returns the named columns. */
    static long[] read(byte[] record, List<String> columns) throws IOException {
        long[] values = new long[columns.size()];
        try (JsonParser parser = FACTORY.createParser(record)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int column = columns.indexOf(parser.currentName());
                parser.nextToken();
                if (column >= 0) {
                    values[column] = parser.getLongValue();
                }
            }
        }
        return values;
    }

    /** Returns an object of these columns. */
    static byte[] write(List<String> names, long... values) {
        StringBuilder text = new StringBuilder(256);
        for (int i = 0; i < values.length; i++) {
            text.append(i == 0 ? '{' : ',');
            text.append('"').append(names.get(i)).append("\":").append(values[i]);
        }
        return text.append('}').toString().getBytes(StandardCharsets.US_ASCII);
    }
}
