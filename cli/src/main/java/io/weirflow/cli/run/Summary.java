package io.weirflow.cli.run;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.cli.ExitStatus;
import io.weirflow.protocol.id.Names;
import java.nio.file.Path;
import java.util.Locale;

/** The last lines of a run. */
final class Summary {

    private Summary() {}

    static void print(Progress progress, Pipeline pipeline, Path baseDir, Totals totals, int status, long tookMs) {
        progress.say(String.format(
                Locale.ROOT,
                "%s %s after %.1f s: %,d rows read, %,d changes of alerts, %,d checkpoints",
                pipeline.name(),
                word(status),
                tookMs / 1_000.0,
                totals.rowsRead(),
                totals.alerts(),
                totals.checkpoints()));
        totals.rowsToSinks().forEach((sink, rows) -> {
            if (rows > 0 || !sink.contains(".")) {
                progress.say(String.format(
                        Locale.ROOT, "  sink %-20s %,10d rows%s", sink, rows, place(pipeline, baseDir, sink)));
            }
        });
        totals.unknownEffects()
                .forEach((sink, rows) -> progress.say(String.format(
                        Locale.ROOT,
                        "  sink %s: of %,d rows nobody knows whether they have arrived; they are in topic %s and in the log",
                        sink,
                        rows,
                        Names.unknownTopic(pipeline.name(), sink))));
        if (totals.badRecords() + totals.errorRows() + totals.lateRows() > 0) {
            progress.say(String.format(
                    Locale.ROOT,
                    "  not processed: %,d malformed records, %,d rows with errors, %,d late rows (streams .errors and .late)",
                    totals.badRecords(),
                    totals.errorRows(),
                    totals.lateRows()));
        }
    }

    /** Where the rows are; nothing for what has no place or may hold a secret. */
    private static String place(Pipeline pipeline, Path baseDir, String name) {
        return pipeline.stages().stream()
                .flatMap(stage -> stage.steps().stream())
                .map(Step::spec)
                .filter(StepSpec.Sink.class::isInstance)
                .map(StepSpec.Sink.class::cast)
                .filter(sink -> sink.name().equals(name))
                .findFirst()
                .map(sink -> place(sink, baseDir))
                .orElse("");
    }

    private static String place(StepSpec.Sink sink, Path baseDir) {
        return switch (sink.connector()) {
            case "file" ->
                "  in " + shortened(baseDir.resolve(sink.options().text("path")).normalize());
            case "kafka" -> "  in topic " + sink.options().text("topic");
            default -> "";
        };
    }

    /** Returns the path as the user would type it here. */
    private static Path shortened(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path) : path;
    }

    private static String word(int status) {
        return switch (status) {
            case ExitStatus.DONE -> "finished";
            case ExitStatus.INTERRUPTED -> "interrupted";
            default -> "failed";
        };
    }
}
