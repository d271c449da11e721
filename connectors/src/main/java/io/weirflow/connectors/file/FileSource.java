package io.weirflow.connectors.file;

import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.OptionSpec.Type;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.connector.SourceConnector;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.connectors.format.FormatOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads files: one partition per file, at most {@value FileSet#MAX_PARTITIONS}; further files are read one after the other in the
 * partition of their number modulo that. The files must stay as they are while a pipeline may resume, but for a followed one, which
 * may grow.
 */
final class FileSource implements SourceConnector {

    private static final long DEFAULT_MAX_RECORD_BYTES = 1 << 20;
    private static final long LARGEST_MAX_RECORD_BYTES = 256 << 20;

    @Override
    public List<OptionSpec> options() {
        List<OptionSpec> options = new ArrayList<>();
        options.add(OptionSpec.required(
                "path",
                Type.TEXT,
                "a file or a pattern such as data/*.jsonl, relative to the pipeline's file; .gz is read too"));
        options.add(OptionSpec.withDefault(
                "follow",
                Type.FLAG,
                false,
                "whether to wait for the file to grow instead of ending; one plain file only"));
        options.add(OptionSpec.withDefault(
                "max_record_bytes",
                Type.NUMBER,
                DEFAULT_MAX_RECORD_BYTES,
                "a larger record is malformed and goes to the errors stream, cut off"));
        options.addAll(FormatOptions.READING);
        return options;
    }

    @Override
    public Options formatOptions(Options options) {
        return FormatOptions.of(options, FormatOptions.READING);
    }

    @Override
    public List<OptionProblem> check(Options options) {
        List<OptionProblem> problems = new ArrayList<>();
        String path = options.optionalText("path").orElse("");
        if (path.isBlank()) {
            problems.add(new OptionProblem("path", "must not be empty"));
        }
        if (options.flag("follow", false) && (FileBytes.isCompressed(path) || FileSet.isGlob(path))) {
            problems.add(new OptionProblem("follow", "works with one plain file, not with gzip or a pattern"));
        }
        long limit = options.number("max_record_bytes", DEFAULT_MAX_RECORD_BYTES);
        if (limit < 1 || limit > LARGEST_MAX_RECORD_BYTES) {
            problems.add(new OptionProblem("max_record_bytes", "must be from 1 to " + LARGEST_MAX_RECORD_BYTES));
        }
        return problems;
    }

    @Override
    public boolean bounded(Options options) {
        return !options.flag("follow", false);
    }

    @Override
    public int partitions(SourceContext context) {
        List<Path> files = files(context);
        for (Path file : files) {
            FileBytes.open(file).close();
        }
        return FileSet.partitions(files);
    }

    private static List<Path> files(SourceContext context) {
        return FileSet.resolve(context.baseDir(), context.options().text("path"));
    }

    @Override
    public PartitionReader open(SourceContext context, int partition) {
        Options options = context.options();
        Options format = formatOptions(options).withAll(context.formatOptions());
        boolean csv = context.format().equals("csv");
        FileReader.Settings settings = new FileReader.Settings(
                csv && format.flag(FormatOptions.HEADER.name(), false), options.flag("follow", false), (int)
                        options.number("max_record_bytes", DEFAULT_MAX_RECORD_BYTES));
        RecordEnd recordEnd = csv ? new RecordEnd.CsvRecords(FormatOptions.delimiter(format)) : new RecordEnd.Lines();
        return new FileReader(FileSet.ofPartition(files(context), partition), settings, recordEnd);
    }
}
