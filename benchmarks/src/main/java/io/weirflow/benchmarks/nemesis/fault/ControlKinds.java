package io.weirflow.benchmarks.nemesis.fault;

import io.weirflow.benchmarks.nemesis.site.FleetControl;
import io.weirflow.benchmarks.nemesis.site.FleetControl.Deployed;
import java.util.List;
import java.util.Random;

/** What people do with pipelines, which is no fault of theirs but has to go well among faults. */
final class ControlKinds {

    private final FleetControl fleet;

    ControlKinds(FleetControl fleet) {
        this.fleet = fleet;
    }

    /** Returns all kinds. */
    List<FaultKind> all() {
        return List.of(
                new FaultKind("scale", 2, this::scale),
                new FaultKind("stop-apply", 1, this::stopAndApply),
                new FaultKind("upgrade", 2, this::upgrade),
                new FaultKind("savepoint", 1, this::savepoint),
                new FaultKind("stop-restore", 1, this::stopAndRestore));
    }

    private static <T> T one(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }

    private static Fault to(Deployed pipeline, String kind, String what, Fault.Act act) {
        return new Fault(kind, what, List.of(), List.of(pipeline.name()), act);
    }

    private Fault scale(String kind, Random random) {
        FleetControl.Stage stage = one(fleet.stages(), random);
        int workers = random.nextInt(stage.slots() + 1);
        String what = stage.pipeline() + "/" + stage.name() + " to " + (workers == 0 ? "all" : workers) + " workers";
        return new Fault(kind, what, List.of(), List.of(stage.pipeline()), () -> fleet.scale(stage, workers));
    }

    private Fault stopAndApply(String kind, Random random) {
        Deployed pipeline = one(fleet.pipelines(), random);
        long backMs = random.nextInt(2_000);
        // Nothing more is drawn for it, so that seeds mean what they meant.
        boolean now = backMs % 4 == 0;
        String what = pipeline.name() + (now ? " at once" : "") + ", back after " + FaultKinds.seconds(backMs);
        return to(pipeline, kind, what, () -> {
            fleet.stop(pipeline.name(), now);
            FaultKinds.linger(backMs);
            fleet.apply(pipeline.name());
        });
    }

    /** One stage, or all at once, which go over at different times. */
    private Fault upgrade(String kind, Random random) {
        Deployed pipeline = one(fleet.pipelines(), random);
        List<String> stages = random.nextBoolean() ? pipeline.versions() : List.of(one(pipeline.versions(), random));
        String what = pipeline.name() + " in " + String.join(" and ", stages);
        return to(pipeline, kind, what, () -> fleet.upgrade(pipeline.name(), stages));
    }

    /** Holds nothing: the pipeline may be scaled, stopped, upgraded and deleted meanwhile. */
    private Fault savepoint(String kind, Random random) {
        String pipeline = one(fleet.pipelines(), random).name();
        return new Fault(
                kind, pipeline, List.of(), List.of(), () -> fleet.savepoints().take(pipeline));
    }

    private Fault stopAndRestore(String kind, Random random) {
        Deployed pipeline = one(fleet.pipelines(), random);
        boolean delete = random.nextBoolean();
        String what = pipeline.name() + (delete ? ", deleted meanwhile" : ", in its place");
        return to(pipeline, kind, what, () -> fleet.savepoints().stopAndRestore(pipeline.name(), delete));
    }
}
