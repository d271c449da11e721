package io.weirflow.connectors.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Format;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One JSON object per record, UTF-8. */
public final class JsonFormat implements Format {

    private static final int MAX_DEPTH = 100;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    @Override
    public String name() {
        return "json";
    }

    @Override
    public List<OptionSpec> options() {
        return List.of(FormatOptions.COERCE, FormatOptions.TIMESTAMP_FORMAT);
    }

    @Override
    public List<OptionProblem> checkDecoding(Options options, RowType rowType) {
        return FormatOptions.checkTimestampFormat(options);
    }

    @Override
    public RowDecoder decoder(Options options, RowType rowType) {
        return decoder(
                options, rowType, IntStream.range(0, rowType.size()).boxed().toList());
    }

    @Override
    public RowDecoder decoder(Options options, RowType rowType, List<Integer> readColumns) {
        BitSet read = columns(readColumns);
        RequiredColumns required = new RequiredColumns(rowType, read.stream());
        FlatJson flat = FlatJson.of(rowType, read, FormatOptions.textValues(options), required);
        return new Decoder(flat, reader(options, rowType, read));
    }

    /** Returns a decoder that leaves every record to the full parser. */
    static RowDecoder fullParser(Options options, RowType rowType, List<Integer> readColumns) {
        return new Decoder(null, reader(options, rowType, columns(readColumns)));
    }

    private static JsonReader reader(Options options, RowType rowType, BitSet read) {
        boolean coerce = options.flag(FormatOptions.COERCE.name(), false);
        return new JsonReader(FACTORY, FormatOptions.textValues(options), coerce, rowType, read);
    }

    private static BitSet columns(List<Integer> indexes) {
        BitSet columns = new BitSet();
        indexes.forEach(columns::set);
        return columns;
    }

    @Override
    public Optional<RowEncoder> encoder(Options options, RowType rowType) {
        return Optional.of(new Encoder(rowType));
    }

    /** Reads the bytes itself, and leaves to a full parser what it gives up on. */
    private static final class Decoder implements RowDecoder {

        /** Where every record is too much for it, one in so many is tried all the same. */
        private static final int MAX_TRIES_TO_SKIP = 63;

        private final @Nullable FlatJson flat;
        private final JsonReader reader;
        private int triesToSkip;
        private int skipNext;

        Decoder(@Nullable FlatJson flat, JsonReader reader) {
            this.flat = flat;
            this.reader = reader;
        }

        @Override
        public boolean decode(byte[] bytes, int offset, int length, MutableRow row) throws DecodeException {
            return (flat != null && decodeFlat(flat, bytes, offset, length, row)) || parse(bytes, offset, length, row);
        }

        private boolean decodeFlat(FlatJson fast, byte[] bytes, int offset, int length, MutableRow row) {
            if (triesToSkip > 0) {
                triesToSkip--;
                return false;
            }
            if (fast.read(bytes, offset, length, row)) {
                skipNext = 0;
                return true;
            }
            row.clear();
            triesToSkip = skipNext;
            skipNext = Math.min(MAX_TRIES_TO_SKIP, 2 * skipNext + 1);
            return false;
        }

        private boolean parse(byte[] bytes, int offset, int length, MutableRow row) throws DecodeException {
            try (JsonParser parser = FACTORY.createParser(bytes, offset, length)) {
                JsonToken first = parser.nextToken();
                if (first == null) {
                    return false;
                }
                if (first != JsonToken.START_OBJECT) {
                    throw new DecodeException("the record is not a JSON object");
                }
                reader.readMembers(parser, row);
                if (parser.nextToken() != null) {
                    throw new DecodeException("the record holds more than one JSON value");
                }
                return true;
            } catch (JsonProcessingException e) {
                throw new DecodeException("not JSON: " + TextValues.shorten(e.getOriginalMessage()) + place(e));
            } catch (IOException e) {
                throw new DecodeException("not JSON: " + TextValues.shorten(String.valueOf(e.getMessage())));
            }
        }

        private static String place(JsonProcessingException e) {
            return e.getLocation() == null ? "" : " (column " + e.getLocation().getColumnNr() + ")";
        }
    }

    private static final class Encoder implements RowEncoder {

        private final RowType rowType;
        private final byte[][] names;
        private final JsonWriter writer = new JsonWriter();

        Encoder(RowType rowType) {
            this.rowType = rowType;
            this.names = JsonWriter.quotedNames(rowType);
        }

        @Override
        public void encode(Row row, ByteArrayOutputStream out) {
            writer.reset();
            writer.object(row, rowType, names);
            writer.appendTo(out);
        }

        @Override
        public byte[] bytes(Row row) {
            writer.reset();
            writer.object(row, rowType, names);
            return writer.toBytes();
        }
    }
}
