package io.weirflow.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class GcLogTest {

    @Test
    void theMostAfterACollectionAndAllPausesCount() {
        GcLog log = GcLog.of(List.of(
                "[0.005s] Using Parallel",
                "[1.234s] GC(0) Pause Young (Allocation Failure) 128M->20M(491M) 12.500ms",
                "[1.300s] GC(1) Pause Full (Metadata GC Threshold) 21M->30M(491M) 37.500ms",
                "[1.900s] GC(2) Pause Young (Allocation Failure) 148M->25M(491M) 50.000ms"));

        assertThat(log).isEqualTo(new GcLog(30, 0.1));
    }

    @Test
    void nothingIsKnownWithoutACollection() {
        assertThat(GcLog.of(List.of("[0.005s] Using G1"))).isEqualTo(new GcLog(0, 0));
    }
}
