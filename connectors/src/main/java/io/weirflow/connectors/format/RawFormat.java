package io.weirflow.connectors.format;

import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Format;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Lines of text: a column {@code line}, or the named groups of a regular expression that the whole line must match, as the types that
 * their columns have. Bytes that are not UTF-8 become U+FFFD.
 */
public final class RawFormat implements Format {

    private static final String LINE = "line";

    @Override
    public String name() {
        return "raw";
    }

    @Override
    public List<OptionSpec> options() {
        return List.of(FormatOptions.REGEX, FormatOptions.TIMESTAMP_FORMAT);
    }

    @Override
    public List<OptionProblem> checkDecoding(Options options, RowType rowType) {
        List<OptionProblem> problems = new ArrayList<>(FormatOptions.checkTimestampFormat(options));
        Optional<LineRegex> regex;
        try {
            regex = regex(options);
        } catch (PatternSyntaxException e) {
            problems.add(new OptionProblem(
                    FormatOptions.REGEX.name(),
                    "the regular expression is malformed: " + e.getDescription() + " near index " + e.getIndex()));
            return problems;
        }
        List<String> known = new ArrayList<>(regex.map(LineRegex::groups).orElse(List.of()));
        known.add(LINE);
        for (Column column : rowType.columns()) {
            if (!known.contains(column.name())) {
                problems.add(new OptionProblem(
                        FormatOptions.REGEX.name(),
                        "there is no group (?<" + column.name() + ">…) for column '" + column.name() + "'"));
            }
        }
        CsvFormat.unsupported(rowType).ifPresent(problems::add);
        return problems;
    }

    private static Optional<LineRegex> regex(Options options) {
        return options.optionalText(FormatOptions.REGEX.name()).map(LineRegex::new);
    }

    @Override
    public Optional<RowType> columns(Options options) {
        try {
            List<String> names = regex(options).map(LineRegex::groups).orElse(List.of(LINE));
            return Optional.of(RowType.of(
                    names.stream().map(name -> Column.of(name, Scalar.VARCHAR)).toList()));
        } catch (PatternSyntaxException e) {
            return Optional.empty();
        }
    }

    @Override
    public RowDecoder decoder(Options options, RowType rowType) {
        return new Decoder(options, rowType);
    }

    @Override
    public Optional<RowEncoder> encoder(Options options, RowType rowType) {
        return Optional.empty();
    }

    private static final class Decoder implements RowDecoder {

        private static final int WHOLE_LINE = -1;

        private final RowType rowType;
        private final RequiredColumns required;
        private final TextValues texts;
        private final @Nullable LineRegex regex;
        private final int[] groupOfColumn;

        Decoder(Options options, RowType rowType) {
            this.rowType = rowType;
            this.required = new RequiredColumns(rowType);
            this.texts = FormatOptions.textValues(options);
            this.regex = RawFormat.regex(options).orElse(null);
            this.groupOfColumn = rowType.columns().stream()
                    .mapToInt(column ->
                            regex == null ? WHOLE_LINE : regex.groups().indexOf(column.name()))
                    .toArray();
        }

        @Override
        public boolean decode(byte[] bytes, int offset, int length, MutableRow row) throws DecodeException {
            if (length == 0 && regex != null) {
                return false;
            }
            String line = new String(bytes, offset, length, StandardCharsets.UTF_8);
            @Nullable String[] groups = regex == null ? new String[0] : regex.match(line);
            for (int i = 0; i < groupOfColumn.length; i++) {
                String text = groupOfColumn[i] == WHOLE_LINE ? line : groups[groupOfColumn[i]];
                if (text == null) {
                    row.setNull(i);
                } else {
                    parse(text, row, i);
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
}
