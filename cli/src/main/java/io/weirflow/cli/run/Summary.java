package io.weirflow.cli.run;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.cli.ExitStatus;
import java.util.Locale;

/** The last lines of a run. */
final class Summary {

    private Summary() {}

    static void print(Progress progress, Pipeline pipeline, Totals totals, int status, long tookMs) {
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
                progress.say(String.format(Locale.ROOT, "  sink %-24s %,10d rows", sink, rows));
            }
        });
        if (totals.badRecords() + totals.errorRows() + totals.lateRows() > 0) {
            progress.say(String.format(
                    Locale.ROOT,
                    "  not processed: %,d malformed records, %,d rows with errors, %,d late rows (streams .errors and .late)",
                    totals.badRecords(),
                    totals.errorRows(),
                    totals.lateRows()));
        }
    }

    private static String word(int status) {
        return switch (status) {
            case ExitStatus.DONE -> "finished";
            case ExitStatus.INTERRUPTED -> "interrupted";
            default -> "failed";
        };
    }
}
