package io.weirflow.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StepTimesTest {

    @TempDir
    private Path folder;

    private Path log;
    private StepTimes times;

    @BeforeEach
    void start() throws IOException {
        log = folder.resolve("worker.log");
        log("12:00:00.000 INFO  [slots-w-1] c.W - The slot is let go slot=\"third/1\"");
        times = new StepTimes(List.of(log, folder.resolve("not-there.log")));
    }

    @Test
    void theStepsOfEachSlotAreTimedFromTheRequestOn() throws IOException {
        log("12:00:01.000 INFO  [slots-w-1] c.W - The slot is to be let go slot=\"third/1\"");
        log("12:00:01.120 INFO  [slots-w-1] c.W - The slot is let go slot=\"third/1\"");
        log("12:00:01.150 INFO  [worker] c.W - The slot is assigned slot=\"third/1\"");
        log("12:00:01.250 INFO  [open-1] c.W - The slot is open slot=\"third/1\" restoreMs=\"70\" claimMs=\"30\"");
        log("12:00:01.300 INFO  [open-1] c.W - The slot is open slot=\"third/2\" restoreMs=\"900\" claimMs=\"30\"");
        assertThat(times.show()).isEqualTo("let go 120/120, assign 30/30, restore 70/70, claim 30/30");
    }

    @Test
    void theFirstLineWithATextIsFoundAmongThoseThatAreNew() throws IOException {
        assertThat(times.untilFirst("is let go", epochMs("11:59:59.000"))).isEmpty();
        log("12:00:03.500 INFO  [c] c.C - Fencing the lease worker=\"w2\"");
        log("no time: Fencing the lease");
        log("12:00:02.500 INFO  [c] c.C - Fencing the lease worker=\"w1\"");
        assertThat(times.untilFirst("Fencing the lease", epochMs("12:00:00.100")))
                .hasValue(2_400);
    }

    private void log(String line) throws IOException {
        Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static long epochMs(String time) {
        return LocalDate.of(2026, 11, 28)
                .atTime(LocalTime.parse(time))
                .atZone(ZoneId.systemDefault())
                .toInstant()
                .toEpochMilli();
    }
}
