package io.weirflow.cli;

import io.weirflow.cli.run.WorkerLimits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a worker may use, for all that start one. */
final class WorkerOptions {

    @Option(names = "--threads", paramLabel = "N", description = "threads that run slots (default: the processors)")
    private @Nullable Integer threads;

    @Option(
            names = "--inbox-limit",
            paramLabel = "MIB",
            description = "MiB of rows that may wait for each slot of a stage before those who send to it wait, too"
                    + " (default: 256)")
    private @Nullable Integer inboxLimitMib;

    /** @throws RefusedException when one of them is out of range */
    WorkerLimits limits() {
        WorkerLimits defaults = WorkerLimits.DEFAULT;
        return new WorkerLimits(
                threads == null ? defaults.threads() : threads,
                inboxLimitMib == null ? defaults.inboxLimitMib() : inboxLimitMib);
    }
}
