package io.weirflow.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the tests of several connectors need. */
public final class Kit {

    private Kit() {}

    /** Options from names and values in turn. */
    public static Options options(Object... namesAndValues) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Options(values);
    }

    public static SourceContext source(Path baseDir, String format, Options options) {
        return new SourceContext(
                options, format, Options.NONE, baseDir, KafkaAccess.open("localhost:1"), secret -> secret.template());
    }

    public static SinkContext sink(Path baseDir, Options options, RowEncoder encoder, RowType rowType) {
        return sink(baseDir, "run-1", options, encoder, rowType);
    }

    public static SinkContext sink(
            Path baseDir, String instance, Options options, RowEncoder encoder, RowType rowType) {
        return new SinkContext(
                "p",
                instance,
                "out",
                options,
                encoder,
                rowType,
                Guarantee.EXACTLY_ONCE,
                2,
                baseDir,
                KafkaAccess.open("localhost:1"),
                secret -> secret.template());
    }

    public static Row decode(RowDecoder decoder, RowType type, String record) throws DecodeException {
        MutableRow row = new MutableRow(type.size());
        byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
        return decoder.decode(bytes, 0, bytes.length, row) ? row : null;
    }

    public static String encode(RowEncoder encoder, Row row) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        encoder.encode(row, out);
        assertThat(encoder.bytes(row)).isEqualTo(out.toByteArray());
        return out.toString(StandardCharsets.UTF_8);
    }

    /** One record as a reader handed it over; {@code reason} is null for a good one. */
    public record Seen(long position, long nextPosition, String text, String reason) {}

    /** Collects what a reader hands over. */
    public static final class Collector implements PartitionReader.Handler {

        public final List<Seen> seen = new ArrayList<>();
        public final List<String> headers = new ArrayList<>();

        @Override
        public void header(byte[] bytes, int offset, int length) {
            headers.add(text(bytes, offset, length));
        }

        @Override
        public void record(long position, long next, long timestampMs, byte[] bytes, int offset, int length) {
            seen.add(new Seen(position, next, text(bytes, offset, length), null));
        }

        @Override
        public void malformed(
                long position, long next, long timestampMs, byte[] bytes, int offset, int length, String reason) {
            seen.add(new Seen(position, next, text(bytes, offset, length), reason));
        }

        private static String text(byte[] bytes, int offset, int length) {
            return new String(bytes, offset, length, StandardCharsets.UTF_8);
        }

        public List<String> texts() {
            return seen.stream().map(Seen::text).toList();
        }
    }

    /** Reads from a position to the end. */
    public static Collector drain(PartitionReader reader, long position, int maxRecords) {
        Collector collector = new Collector();
        reader.seek(position);
        while (!reader.ended()) {
            reader.poll(collector, maxRecords);
        }
        reader.close();
        return collector;
    }
}
