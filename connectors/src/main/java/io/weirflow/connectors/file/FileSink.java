package io.weirflow.connectors.file;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.OptionSpec.Type;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.format.FormatOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Writes rows to a file, exactly once. See {@link PartStore} for what lies where. */
final class FileSink implements SinkConnector {

    private final SinkFiles files;

    FileSink(SinkFiles files) {
        this.files = files;
    }

    @Override
    public List<OptionSpec> options() {
        List<OptionSpec> options = new ArrayList<>();
        options.add(OptionSpec.required(
                "path",
                Type.TEXT,
                "the file to write, relative to the pipeline's file; compressed when it ends in .gz"));
        options.addAll(FormatOptions.WRITING);
        return options;
    }

    @Override
    public Options formatOptions(Options options) {
        return FormatOptions.of(options, FormatOptions.WRITING);
    }

    @Override
    public List<OptionProblem> check(Options options, RowType rowType) {
        String path = options.optionalText("path").orElse("");
        return path.isBlank() || path.endsWith("/")
                ? List.of(new OptionProblem("path", "must name a file"))
                : List.of();
    }

    @Override
    public Guarantee best() {
        return Guarantee.EXACTLY_ONCE;
    }

    private static Path target(SinkContext context) {
        return context.baseDir()
                .resolve(context.options().text("path"))
                .toAbsolutePath()
                .normalize();
    }

    private PartStore store(SinkContext context) {
        return new PartStore(files, target(context), context.instance(), context.restored());
    }

    @Override
    public void prepare(SinkContext context) {
        Path target = target(context);
        if (Files.isDirectory(target)) {
            throw ConnectorException.fatal("file sink: " + target + " is a directory; name a file in it");
        }
        try {
            Path parent = Objects.requireNonNullElse(target.getParent(), target);
            files.createDirectories(parent);
            if (!Files.isWritable(parent)) {
                throw ConnectorException.fatal("file sink: no permission to write in " + parent);
            }
            store(context).prepare();
        } catch (IOException e) {
            throw new ConnectorException(
                    "file sink: cannot write " + target + ": " + e + "; choose another path or mend this one",
                    false,
                    e);
        }
    }

    @Override
    public SinkWriter open(SinkContext context, int partition) {
        FileSinkWriter writer =
                new FileSinkWriter(files, store(context), context.instance(), partition, context.encoder());
        writer.recover();
        return writer;
    }

    @Override
    public void complete(SinkContext context) {
        PartStore store = store(context);
        try {
            store.finish(context.encoder().fileHeader());
        } catch (IOException e) {
            throw store.failure("complete", e);
        } catch (IllegalStateException e) {
            throw new ConnectorException(
                    "file sink: " + store.directory() + " is damaged: " + e.getMessage()
                            + ". Remove it and start the pipeline anew",
                    false,
                    e);
        }
    }
}
