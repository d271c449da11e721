package io.weirflow.connectors.format;

import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Format;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.RowType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values as RFC 4180 has them, UTF-8. An empty field is NULL; {@code ""} is the empty text. With a header columns are
 * found by name, else by position; every record must have as many fields as the header, or as there are columns.
 */
public final class CsvFormat implements Format {

    @Override
    public String name() {
        return "csv";
    }

    @Override
    public List<OptionSpec> options() {
        return List.of(FormatOptions.HEADER, FormatOptions.DELIMITER, FormatOptions.TIMESTAMP_FORMAT);
    }

    @Override
    public List<OptionProblem> checkDecoding(Options options, RowType rowType) {
        List<OptionProblem> problems = new ArrayList<>(FormatOptions.checkTimestampFormat(options));
        String delimiter = options.optionalText(FormatOptions.DELIMITER.name()).orElse(",");
        if (delimiter.length() != 1 || delimiter.charAt(0) > 0x7E || "\"\r\n".contains(delimiter)) {
            problems.add(new OptionProblem(
                    FormatOptions.DELIMITER.name(), "must be one ASCII character, and not a quote or line break"));
        }
        unsupported(rowType).ifPresent(problems::add);
        return problems;
    }

    static Optional<OptionProblem> unsupported(RowType rowType) {
        return rowType.columns().stream()
                .filter(column -> !TextValues.supports(column.type()))
                .findFirst()
                .map(column -> new OptionProblem(
                        "format",
                        "column '" + column.name() + "' is " + column.type().sql()
                                + ", which this format cannot hold; declare it as VARCHAR"));
    }

    @Override
    public RowDecoder decoder(Options options, RowType rowType) {
        return decoder(
                options, rowType, IntStream.range(0, rowType.size()).boxed().toList());
    }

    @Override
    public RowDecoder decoder(Options options, RowType rowType, List<Integer> readColumns) {
        return new Decoder(
                options,
                rowType,
                readColumns.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public Optional<RowEncoder> encoder(Options options, RowType rowType) {
        return Optional.of(new Encoder(options, rowType));
    }

    private static final class Decoder implements RowDecoder {

        private final RowType rowType;
        private final RequiredColumns required;
        private final TextValues texts;
        private final CsvFields fields;
        private final int[] readColumns;
        private final int[] fieldOfColumn;
        private int fieldCount;
        private @Nullable String unusable;

        Decoder(Options options, RowType rowType, int[] readColumns) {
            this.rowType = rowType;
            this.readColumns = readColumns;
            this.required = new RequiredColumns(rowType, Arrays.stream(readColumns));
            this.texts = FormatOptions.textValues(options);
            this.fields = new CsvFields(FormatOptions.delimiter(options));
            this.fieldOfColumn = new int[rowType.size()];
            this.fieldCount = rowType.size();
            Arrays.setAll(fieldOfColumn, i -> i);
            if (options.flag(FormatOptions.HEADER.name(), false)) {
                unusable = "no header line came before the record; leave out 'header'";
            }
        }

        @Override
        public void header(byte[] bytes, int offset, int length) throws DecodeException {
            unusable = "the header is malformed";
            fields.take(bytes, offset, length);
            List<String> names = new ArrayList<>();
            for (int i = 0; i < fields.count(); i++) {
                names.add(fields.text(i).strip());
            }
            for (int i = 0; i < rowType.size(); i++) {
                String column = rowType.column(i).name();
                fieldOfColumn[i] = names.indexOf(column);
                if (fieldOfColumn[i] < 0) {
                    unusable = "the header has no column '" + column + "'; it has "
                            + TextValues.shorten(String.join(", ", names));
                    throw new DecodeException(unusable);
                }
            }
            fieldCount = names.size();
            unusable = null;
        }

        @Override
        public boolean decode(byte[] bytes, int offset, int length, MutableRow row) throws DecodeException {
            if (length == 0) {
                return false;
            }
            if (unusable != null) {
                throw new DecodeException(unusable);
            }
            fields.take(bytes, offset, length);
            if (fields.count() != fieldCount) {
                throw new DecodeException("the record has " + fields.count() + " fields instead of " + fieldCount);
            }
            for (int i : readColumns) {
                int field = fieldOfColumn[i];
                if (fields.isNull(field)) {
                    row.setNull(i);
                } else {
                    parse(fields.text(field), row, i);
                }
            }
            required.check(row);
            return true;
        }

        private void parse(String text, MutableRow row, int column) throws DecodeException {
            Column declared = rowType.column(column);
            try {
                texts.parse(text, declared.type(), row, column);
            } catch (DecodeException e) {
                throw TextValues.at(declared.name(), e);
            }
        }
    }

    private static final class Encoder implements RowEncoder {

        private final RowType rowType;
        private final char delimiter;
        private final boolean header;

        Encoder(Options options, RowType rowType) {
            this.rowType = rowType;
            this.delimiter = (char) FormatOptions.delimiter(options);
            this.header = options.flag(FormatOptions.HEADER.name(), true);
        }

        @Override
        public void encode(Row row, ByteArrayOutputStream out) {
            for (int i = 0; i < rowType.size(); i++) {
                if (i > 0) {
                    out.write(delimiter);
                }
                if (!row.isNull(i)) {
                    out.writeBytes(
                            field(TextValues.format(row, i, rowType.column(i).type()))
                                    .getBytes(StandardCharsets.UTF_8));
                }
            }
        }

        private String field(String text) {
            return mustQuote(text) ? '"' + text.replace("\"", "\"\"") + '"' : text;
        }

        private boolean mustQuote(String text) {
            return text.isEmpty()
                    || text.indexOf(delimiter) >= 0
                    || text.indexOf('"') >= 0
                    || text.indexOf('\n') >= 0
                    || text.indexOf('\r') >= 0;
        }

        @Override
        public byte[] fileHeader() {
            if (!header) {
                return new byte[0];
            }
            String line = rowType.columns().stream()
                    .map(column -> field(column.name()))
                    .collect(Collectors.joining(String.valueOf(delimiter), "", "\n"));
            return line.getBytes(StandardCharsets.UTF_8);
        }
    }
}
