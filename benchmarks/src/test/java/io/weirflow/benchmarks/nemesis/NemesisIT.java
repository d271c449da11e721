package io.weirflow.benchmarks.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.benchmarks.nemesis.NemesisSettings.Engine;
import io.weirflow.benchmarks.nemesis.NemesisSettings.Guarantee;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A short run of {@code weirflow nemesis}; docs/RELIABILITY.md tells of long ones. */
final class NemesisIT {

    private static final long SEED = 46;
    private static final int FAULTS = 10;

    @Test
    void nothingIsLostDoubledTornOrOutOfOrder(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder, TestReporter reporter) throws Exception {
        NemesisSettings settings = new NemesisSettings(
                SEED, FAULTS, Long.MAX_VALUE, Engine.WEIRFLOW, Guarantee.EXACTLY_ONCE, 2, 4, folder);
        Outcome outcome;
        try (NemesisRun run = new NemesisRun(settings, System.out::println)) {
            outcome = run.run();
        }
        String report = NemesisReport.text(settings, outcome);
        reporter.publishEntry("nemesis", report);
        assertThat(outcome.clean()).as(report).isTrue();
        assertThat(outcome.faults()).hasSize(FAULTS);
        assertThat(outcome.faults())
                .as("a seed that draws what comes seldom, too")
                .extracting(Outcome.Done::kind)
                .contains("upgrade", "savepoint", "stop-restore");
        assertThat(outcome.counts().values())
                .as("something of everything has happened: %s", report)
                .allMatch(count -> count > 0);
    }
}
