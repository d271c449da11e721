package io.weirflow.benchmarks.nemesis.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.benchmarks.nemesis.site.FleetControl;
import io.weirflow.benchmarks.nemesis.site.FleetControl.Deployed;
import io.weirflow.benchmarks.nemesis.site.FleetControl.Stage;
import io.weirflow.benchmarks.nemesis.site.Site;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FaultPlanTest {

    private static final int MANY = 500;

    @TempDir
    private Path folder;

    private Site site() {
        return Site.weirflow(
                new Site.Layout(folder, (heap, mainClass, arguments) -> List.of("true")),
                2,
                4,
                new Random(1),
                note -> {});
    }

    private static FleetControl control() {
        return new FleetControl(
                "127.0.0.1:1",
                Path.of("savepoints"),
                List.of(new Deployed(
                        "one",
                        Path.of("one.yaml"),
                        List.of(new Stage("one", "stage", 4), new Stage("one", "other", 2)),
                        List.of("STAGE", "OTHER"))));
    }

    private static List<String> draw(FaultPlan plan) {
        return IntStream.range(0, MANY)
                .mapToObj(i -> plan.next())
                .map(planned -> planned.gapMs() + " " + planned.fault())
                .toList();
    }

    @Test
    void aSeedGivesTheSameFaults() {
        try (Site one = site();
                Site other = site()) {
            List<String> first = draw(new FaultPlan(7, one, Optional.of(control())));
            assertThat(draw(new FaultPlan(7, other, Optional.of(control())))).isEqualTo(first);
            assertThat(draw(new FaultPlan(8, other, Optional.of(control())))).isNotEqualTo(first);
        }
    }

    @Test
    void allKindsAreDrawnAndEveryProcessIsHit() {
        try (Site site = site()) {
            FaultPlan plan = new FaultPlan(7, site, Optional.of(control()));
            List<Fault> faults =
                    IntStream.range(0, MANY).mapToObj(i -> plan.next().fault()).toList();
            assertThat(faults.stream().map(Fault::kind).collect(Collectors.toSet()))
                    .containsExactlyInAnyOrder(
                            "kill",
                            "kill-disk",
                            "restart",
                            "pause",
                            "cut",
                            "bounce",
                            "scale",
                            "stop-apply",
                            "upgrade",
                            "savepoint",
                            "stop-restore");
            assertThat(faults.stream()
                            .flatMap(fault -> fault.targets().stream())
                            .collect(Collectors.toSet()))
                    .containsExactlyInAnyOrderElementsOf(site.members());
        }
    }

    @Test
    void mostFaultsStrikeProcesses() {
        try (Site site = site()) {
            FaultPlan plan = new FaultPlan(7, site, Optional.of(control()));
            long onProcesses = IntStream.range(0, MANY)
                    .filter(i -> !plan.next().fault().targets().isEmpty())
                    .count();
            assertThat(onProcesses).isGreaterThan(MANY * 2 / 3);
        }
    }

    @Test
    void anUpgradeIsOfOneStageOrOfAll() {
        try (Site site = site()) {
            FaultPlan plan = new FaultPlan(7, site, Optional.of(control()));
            assertThat(IntStream.range(0, MANY)
                            .mapToObj(i -> plan.next().fault())
                            .filter(fault -> fault.kind().equals("upgrade"))
                            .map(Fault::what)
                            .collect(Collectors.toSet()))
                    .containsExactlyInAnyOrder("one in STAGE", "one in OTHER", "one in STAGE and OTHER");
        }
    }

    @Test
    void anEngineWithoutCoordinatorsIsNotScaled() {
        try (Site site = site()) {
            FaultPlan plan = new FaultPlan(7, site, Optional.empty());
            assertThat(IntStream.range(0, MANY)
                            .mapToObj(i -> plan.next().fault().kind()))
                    .doesNotContain("scale", "stop-apply", "upgrade", "savepoint", "stop-restore");
        }
    }
}
