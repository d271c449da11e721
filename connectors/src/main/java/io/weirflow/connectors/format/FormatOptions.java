package io.weirflow.connectors.format;

import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.OptionSpec.Type;
import io.weirflow.api.connector.Options;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The options of the formats; sources and sinks take them among their own and pass them on. */
public final class FormatOptions {

    public static final OptionSpec HEADER = OptionSpec.optional(
            "header",
            Type.FLAG,
            "csv: whether the first line of a file names the columns; when reading false, when writing true unless given");

    public static final OptionSpec DELIMITER = OptionSpec.optional(
            "delimiter", Type.TEXT, "csv: the one ASCII character between fields; a comma unless given");

    public static final OptionSpec REGEX = OptionSpec.optional(
            "regex", Type.TEXT, "raw: a regular expression for the whole line; its named groups are the columns");

    public static final OptionSpec TIMESTAMP_FORMAT = OptionSpec.optional(
            "timestamp_format",
            Type.TEXT,
            "how texts of TIMESTAMP columns are written, a java.time pattern such as dd/MMM/yyyy:HH:mm:ss Z;"
                    + " ISO-8601 unless given");

    public static final OptionSpec COERCE = OptionSpec.optional(
            "coerce",
            Type.FLAG,
            "json: whether texts are taken for numbers and truth values, and these for texts; false unless given");

    /** What a source may be given for its format. */
    public static final List<OptionSpec> READING = List.of(HEADER, DELIMITER, REGEX, TIMESTAMP_FORMAT, COERCE);

    /** What a source of single messages, which have no header line, may be given for its format. */
    public static final List<OptionSpec> READING_MESSAGES = List.of(DELIMITER, REGEX, TIMESTAMP_FORMAT, COERCE);

    /** What a sink may be given for its format. */
    public static final List<OptionSpec> WRITING = List.of(HEADER, DELIMITER);

    private FormatOptions() {}

    /** Returns those options that are for the format. */
    public static Options of(Options options, List<OptionSpec> specs) {
        return options.only(specs.stream().map(OptionSpec::name).toList());
    }

    static TextValues textValues(Options options) {
        return new TextValues(options.optionalText(TIMESTAMP_FORMAT.name()).orElse(null));
    }

    static List<OptionProblem> checkTimestampFormat(Options options) {
        try {
            textValues(options);
            return List.of();
        } catch (IllegalArgumentException e) {
            return List.of(new OptionProblem(TIMESTAMP_FORMAT.name(), "the pattern is malformed: " + e.getMessage()));
        }
    }

    /** Returns the byte between fields of a CSV record; {@link CsvFormat#checkDecoding} has checked it. */
    public static byte delimiter(Options options) {
        return options.optionalText(DELIMITER.name()).orElse(",").getBytes(StandardCharsets.UTF_8)[0];
    }
}
