package io.weirflow.coordinator;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.coordinator.Admission.Accepted;
import io.weirflow.coordinator.Admission.Done;
import io.weirflow.coordinator.Admission.Refused;
import io.weirflow.coordinator.Admission.Start;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.PipelineDeleted;
import io.weirflow.protocol.control.ControlRecord.PipelineRestored;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.ControlRecord.StageScaled;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.plan.PlanCodec;
import io.weirflow.protocol.plan.PlanDiff;
import io.weirflow.protocol.plan.PlanUpgrade;
import io.weirflow.protocol.plan.StageChange;
import io.weirflow.protocol.plan.StageChange.Kind;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides on what people ask for: pure, like {@link Decider}. */
final class Admissions {

    private static final String STOPPED = "stopped on request";
    private static final String STOPPED_NOW = STOPPED + ", at once";

    private Admissions() {}

    /** The answer, and the decision that makes it true. */
    record Verdict(Admission admission, Decision decision) {
        static Verdict refused(String message) {
            return new Verdict(new Refused(message), Decision.of());
        }
    }

    /**
     * Decides on running a plan. The same plan goes on where it was left, or runs anew when it had finished. Another plan of the same name takes
     * over the data of the former where it can, whether that runs or was stopped; where it cannot, it begins anew, but not while the former
     * runs.
     *
     * @param instance a name for the run that is in no other use
     */
    static Verdict submit(ControlState control, Pipeline plan, String baseDir, String instance) {
        Optional<PipelineAdmitted> known = control.pipeline(plan.name());
        if (known.isEmpty() || control.phase(known.get()) == Phase.FINISHED) {
            return begin(plan, baseDir, instance, control.nextIncarnation(plan.name()), List.of());
        }
        PipelineAdmitted run = known.get();
        Phase phase = control.phase(run);
        PlanUpgrade upgrade = PlanUpgrade.of(run.plan(), plan);
        if (isSame(run, upgrade)) {
            return resume(control, run, upgrade.plan(), baseDir);
        }
        Optional<String> obstacle = obstacle(control, run, upgrade);
        if (obstacle.isEmpty()) {
            return upgrade(control, run, upgrade, baseDir);
        }
        return underWay(phase)
                ? Verdict.refused(underWay(run, phase, obstacle.get()))
                : begin(plan, baseDir, instance, control.nextIncarnation(plan.name()), fenceRestorer(control, run));
    }

    private static boolean underWay(Phase phase) {
        return phase.active() || phase == Phase.RESTORING;
    }

    private static boolean isSame(PipelineAdmitted run, PlanUpgrade upgrade) {
        return PlanCodec.fingerprint(upgrade.plan()).equals(run.fingerprint());
    }

    private static Optional<String> obstacle(ControlState control, PipelineAdmitted run, PlanUpgrade upgrade) {
        if (control.phase(run) == Phase.COMPLETING) {
            return Optional.of("all its rows are processed, and its sinks are being completed");
        }
        return control.unrestored(run)
                .map(restored -> "savepoint '" + restored.savepoint() + "' is not written back yet")
                .or(upgrade::obstacle);
    }

    private static String underWay(PipelineAdmitted run, Phase phase, String obstacle) {
        return "pipeline '" + run.name() + "' is under way (" + phase + ", version " + run.fingerprint()
                + "), and this version cannot take over its data: " + obstacle
                + "; run that version to its end or stop it, after which this one begins anew, or give this one another"
                + " name or an empty data directory";
    }

    /** Tells what {@link #submit} would decide, stage by stage. */
    static Verdict preview(ControlState control, Pipeline plan) {
        Optional<PipelineAdmitted> known = control.pipeline(plan.name());
        if (known.isEmpty()) {
            return preview(plan, PlanDiff.between(new Pipeline(plan.name(), List.of()), plan), "");
        }
        PipelineAdmitted run = known.get();
        Phase phase = control.phase(run);
        PlanUpgrade upgrade = PlanUpgrade.of(run.plan(), plan);
        Optional<String> obstacle = obstacle(control, run, upgrade);
        if (phase != Phase.FINISHED && (isSame(run, upgrade) || obstacle.isEmpty())) {
            return preview(plan, upgrade.changes(), "");
        }
        if (underWay(phase)) {
            return preview(plan, upgrade.changes(), underWay(run, phase, obstacle.orElse("")));
        }
        List<StageChange> anew =
                upgrade.changes().stream().map(change -> anew(change, phase)).toList();
        String refusal = anew.stream()
                .filter(change -> change.kind() == Kind.REFUSED)
                .findFirst()
                .map(change -> "stage '" + change.stage() + "': " + change.reason())
                .orElse("");
        return preview(plan, anew, refusal);
    }

    private static StageChange anew(StageChange change, Phase phase) {
        return switch (change.kind()) {
            case KEPT, RESTARTED, MIGRATED, REBUILT ->
                new StageChange(
                        change.stage(),
                        change.uid(),
                        Kind.REBUILT,
                        "the former run has ended (" + phase + "): this one begins anew, with nothing of its state");
            case ADDED, REMOVED, REFUSED -> change;
        };
    }

    private static Verdict preview(Pipeline plan, List<StageChange> changes, String refusal) {
        return new Verdict(new Admission.Preview(plan.name(), changes, refusal), Decision.of());
    }

    private static Verdict begin(
            Pipeline plan, String baseDir, String instance, Incarnation incarnation, List<Effect> before) {
        PipelineAdmitted run =
                new PipelineAdmitted(plan.name(), instance, incarnation, PlanCodec.fingerprint(plan), baseDir, plan);
        List<ControlRecord> records = List.of(run, new PhaseChanged(plan.name(), instance, Phase.RUNNING, ""));
        return new Verdict(
                new Accepted(plan.name(), instance, incarnation, Start.NEW),
                new Decision(
                        Stream.concat(before.stream(), Stream.of(new Effect.EnsureTopics(plan, true)))
                                .toList(),
                        records));
    }

    private static Verdict resume(ControlState control, PipelineAdmitted run, Pipeline plan, String baseDir) {
        List<ControlRecord> records = new ArrayList<>();
        if (!run.baseDir().equals(baseDir) || !standbys(run.plan()).equals(standbys(plan))) {
            records.add(new PipelineAdmitted(
                    run.name(), run.instance(), run.incarnation(), run.fingerprint(), baseDir, plan, run.former()));
        }
        records.addAll(reactivate(control, run));
        return goOn(run, control.unrestored(run).isPresent() ? Start.RESTORED : Start.RESUMED, records);
    }

    /** The slots find out from the record that their stage has a newer version than they run, and go over to it at a cut of their own. */
    private static Verdict upgrade(ControlState control, PipelineAdmitted run, PlanUpgrade upgrade, String baseDir) {
        List<StagePlan> former = new ArrayList<>(run.former());
        former.addAll(upgrade.replaced());
        PipelineAdmitted next = new PipelineAdmitted(
                run.name(),
                run.instance(),
                run.incarnation(),
                PlanCodec.fingerprint(upgrade.plan()),
                baseDir,
                upgrade.plan(),
                former);
        List<ControlRecord> records = new ArrayList<>();
        records.add(next);
        records.addAll(reactivate(control, run));
        return goOn(next, Start.UPGRADED, records);
    }

    private static Verdict goOn(PipelineAdmitted run, Start start, List<ControlRecord> records) {
        return new Verdict(
                new Accepted(run.name(), run.instance(), run.incarnation(), start),
                new Decision(List.of(new Effect.EnsureTopics(run.plan(), false)), records));
    }

    /** What the plans of one fingerprint may differ in. */
    private static List<Integer> standbys(Pipeline plan) {
        return plan.stages().stream().map(StagePlan::standbys).toList();
    }

    /** Every slot is assigned anew to the worker that had it: it may have let go when the run stopped, or not yet. */
    private static List<ControlRecord> reactivate(ControlState control, PipelineAdmitted run) {
        if (control.unrestored(run).isPresent()) {
            return List.of(new PhaseChanged(run.name(), run.instance(), Phase.RESTORING, ""));
        }
        Phase phase = control.phase(run);
        if (phase.active() && phase != Phase.STOPPING) {
            return List.of();
        }
        List<ControlRecord> records = new ArrayList<>();
        records.add(new PhaseChanged(run.name(), run.instance(), Phase.RUNNING, ""));
        for (SlotId slot : ControlState.slots(run)) {
            control.assignment(run, slot)
                    .map(last -> new SlotAssigned(
                            slot,
                            run.instance(),
                            last.worker(),
                            false,
                            last.epoch().next()))
                    .ifPresent(records::add);
        }
        return records;
    }

    /**
     * Decides on stopping a pipeline; to be resumed by submitting it again.
     *
     * @param now whether it has stopped at once, whatever its slots have made that no checkpoint knows, in place of going through {@link Phase#STOPPING}
     */
    static Verdict stop(ControlState control, String name, boolean now) {
        Optional<PipelineAdmitted> known = control.pipeline(name);
        if (known.isEmpty()) {
            return unknown(name);
        }
        PipelineAdmitted run = known.get();
        Phase phase = control.phase(run);
        if (!underWay(phase)) {
            return Verdict.refused("pipeline '" + name + "' is not running: " + phase);
        }
        Phase next = now || phase == Phase.RESTORING ? Phase.STOPPED : Phase.STOPPING;
        return new Verdict(
                new Accepted(name, run.instance(), run.incarnation(), Start.RESUMED),
                phase == next
                        ? Decision.of()
                        : new Decision(
                                fenceRestorer(control, run),
                                List.of(new PhaseChanged(name, run.instance(), next, now ? STOPPED_NOW : STOPPED))));
    }

    /** A savepoint that is being written must not go on to be when something else is decided. */
    private static List<Effect> fenceRestorer(ControlState control, PipelineAdmitted run) {
        return control.unrestored(run).isPresent()
                ? List.of(new Effect.FenceLease(run.name(), Names.RESTORER))
                : List.of();
    }

    /**
     * Decides on taking a savepoint; of a pipeline that does not run, too.
     *
     * @param name of the savepoint
     */
    static Verdict savepoint(ControlState control, String pipeline, String name) {
        Optional<PipelineAdmitted> known = control.pipeline(pipeline);
        if (known.isEmpty()) {
            return unknown(pipeline);
        }
        PipelineAdmitted run = known.get();
        if (control.unrestored(run).isPresent()) {
            return Verdict.refused("pipeline '" + pipeline + "' is not restored yet: " + control.phase(run));
        }
        if (!run.former().isEmpty()) {
            return Verdict.refused("an upgrade of stage '"
                    + run.plan().stage(run.former().get(0).id()).name() + "' is under way; try again when all its slots"
                    + " have gone over" + (control.phase(run).active() ? "" : ", for which the pipeline has to run"));
        }
        return new Verdict(
                new Done(pipeline, "savepoint '" + name + "' is being taken"),
                new Decision(List.of(new Effect.TakeSavepoint(run, name)), List.of()));
    }

    /**
     * Decides on a run that begins from a savepoint. Who had slots of the pipeline before must not write to their changelogs any more; none of them can take
     * its lease again and own a slot, since no run was active when it was fenced, and another is admitted.
     *
     * @param baseDir what relative paths in the plan start from
     * @param instance a name for the run that is in no other use
     */
    static Verdict restore(ControlState control, SavepointManifest savepoint, String baseDir, String instance) {
        String name = savepoint.pipeline();
        Optional<PipelineAdmitted> known = control.pipeline(name);
        if (known.isPresent() && underWay(control.phase(known.get()))) {
            return Verdict.refused(
                    "pipeline '" + name + "' is under way (" + control.phase(known.get())
                            + "): stop it first, and wait until it is STOPPED; what its sinks write after the savepoint comes again");
        }
        Incarnation next = control.nextIncarnation(name);
        Incarnation later = savepoint.incarnation().next();
        Incarnation incarnation = next.compareTo(later) > 0 ? next : later;
        List<Effect> effects = new ArrayList<>();
        control.lastOwners(name).forEach(worker -> effects.add(new Effect.FenceLease(name, worker)));
        effects.add(new Effect.FenceLease(name, Names.RESTORER));
        effects.add(new Effect.EnsureTopics(savepoint.plan(), true));
        return new Verdict(
                new Accepted(name, instance, incarnation, Start.RESTORED),
                new Decision(
                        effects,
                        List.of(
                                new PipelineAdmitted(
                                        name,
                                        instance,
                                        incarnation,
                                        PlanCodec.fingerprint(savepoint.plan()),
                                        baseDir,
                                        savepoint.plan()),
                                new PipelineRestored(name, instance, savepoint.name(), false),
                                new PhaseChanged(
                                        name, instance, Phase.RESTORING, "from savepoint " + savepoint.name()))));
    }

    /** Decides on deleting a pipeline with its state and inboxes, for good. What its sinks have written stays. */
    static Verdict delete(ControlState control, String name) {
        Optional<PipelineAdmitted> known = control.pipeline(name);
        if (known.isEmpty()) {
            return unknown(name);
        }
        PipelineAdmitted run = known.get();
        if (underWay(control.phase(run))) {
            return Verdict.refused("pipeline '" + name + "' is under way (" + control.phase(run)
                    + "): stop it first, and wait until it is STOPPED, or stop it now");
        }
        List<ControlRecord> records = new ArrayList<>();
        records.add(new PipelineDeleted(name, run.incarnation()));
        if (!control.trimmed(name).inboxes().isEmpty()) {
            // A pipeline of the same name has other inboxes, which begin with offset 0.
            records.add(new InboxesTrimmed(name, List.of()));
        }
        control.scales(name).forEach(scaled -> records.add(new StageScaled(name, scaled.stage(), 0)));
        return new Verdict(
                new Done(name, "deleted, with its state; what its sinks have written stays"),
                new Decision(List.of(new Effect.DeleteTopics(run.plan())), records));
    }

    /**
     * Decides on how many workers a stage's slots are spread over.
     *
     * @param stage its name or uid
     * @param workers 0 for as many as there are
     */
    static Verdict scale(ControlState control, String name, String stage, int workers) {
        Optional<PipelineAdmitted> known = control.pipeline(name);
        if (known.isEmpty()) {
            return unknown(name);
        }
        List<StagePlan> stages = known.get().plan().stages();
        Optional<StagePlan> scaled = stages.stream()
                .filter(one -> one.name().equals(stage) || one.uid().equals(stage))
                .findFirst();
        if (scaled.isEmpty()) {
            return Verdict.refused("pipeline '" + name + "' has no stage '" + stage + "'; its stages are "
                    + String.join(", ", stages.stream().map(StagePlan::name).toList()));
        }
        int slots = scaled.get().slots();
        if (workers < 0 || workers > slots) {
            return Verdict.refused("stage '" + stage + "' has " + slots + " slots, so it can run on 1 to " + slots
                    + " workers, or 0 for as many as there are; " + workers + " is not among that");
        }
        return new Verdict(
                new Done(
                        name,
                        "the slots of stage '" + scaled.get().name() + "' are spread over "
                                + (workers == 0
                                        ? "all workers"
                                        : workers == 1 ? "1 worker" : "up to " + workers + " workers")),
                Decision.of(new StageScaled(name, scaled.get().uid(), workers)));
    }

    private static Verdict unknown(String name) {
        return Verdict.refused("there is no pipeline '" + name + "'");
    }
}
