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
import java.util.List;
import java.util.Optional;

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
        return new Decoder(new JsonReader(
                FACTORY, FormatOptions.textValues(options), options.flag(FormatOptions.COERCE.name(), false), rowType));
    }

    @Override
    public Optional<RowEncoder> encoder(Options options, RowType rowType) {
        return Optional.of(new Encoder(rowType));
    }

    private static final class Decoder implements RowDecoder {

        private final JsonReader reader;

        Decoder(JsonReader reader) {
            this.reader = reader;
        }

        @Override
        public boolean decode(byte[] bytes, int offset, int length, MutableRow row) throws DecodeException {
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
    }
}
