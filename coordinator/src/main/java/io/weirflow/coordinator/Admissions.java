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
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.ControlRecord.StageScaled;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.plan.PlanCodec;
import io.weirflow.protocol.plan.PlanDiff;
import io.weirflow.protocol.plan.StageChange;
import io.weirflow.protocol.plan.StageChange.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides on what people ask for: pure, like {@link Decider}. */
final class Admissions {

    private Admissions() {}

    /** The answer, and the decision that makes it true. */
    record Verdict(Admission admission, Decision decision) {
        static Verdict refused(String message) {
            return new Verdict(new Refused(message), Decision.of());
        }
    }

    /**
     * Decides on running a plan. The same plan goes on where it was left, or runs anew when it had finished; another plan of the same name
     * takes over only when nothing of the former is under way.
     *
     * @param instance a name for the run that is in no other use
     */
    static Verdict submit(ControlState control, Pipeline plan, String baseDir, String instance) {
        String fingerprint = PlanCodec.fingerprint(plan);
        Optional<PipelineAdmitted> known = control.pipeline(plan.name());
        if (known.isEmpty()) {
            return begin(plan, baseDir, instance, fingerprint, control.nextIncarnation(plan.name()));
        }
        PipelineAdmitted run = known.get();
        Phase phase = control.phase(run);
        boolean same = run.fingerprint().equals(fingerprint);
        if (phase.active() && !same) {
            return Verdict.refused(underWay(run, phase, fingerprint));
        }
        if (same && phase != Phase.FINISHED) {
            return resume(control, run, plan, baseDir);
        }
        return begin(plan, baseDir, instance, fingerprint, control.nextIncarnation(plan.name()));
    }

    private static String underWay(PipelineAdmitted run, Phase phase, String fingerprint) {
        return "pipeline '" + run.name() + "' is under way (" + phase
                + ") with another definition: its data belong to another version (" + run.fingerprint()
                + ", this one is " + fingerprint
                + "), and stages cannot be changed while they run yet; run that version"
                + " to its end or stop it, after which this one begins anew, or give this one another name or an empty"
                + " data directory";
    }

    /** Tells what {@link #submit} would decide, stage by stage. */
    static Verdict preview(ControlState control, Pipeline plan) {
        Optional<PipelineAdmitted> known = control.pipeline(plan.name());
        if (known.isEmpty()) {
            return preview(plan, PlanDiff.between(new Pipeline(plan.name(), List.of()), plan), "");
        }
        PipelineAdmitted run = known.get();
        Phase phase = control.phase(run);
        String fingerprint = PlanCodec.fingerprint(plan);
        List<StageChange> changes = PlanDiff.between(run.plan(), plan);
        boolean same = run.fingerprint().equals(fingerprint);
        if (same && phase != Phase.FINISHED) {
            return preview(plan, changes, "");
        }
        if (phase.active()) {
            return preview(plan, changes, underWay(run, phase, fingerprint));
        }
        List<StageChange> anew =
                changes.stream().map(change -> anew(change, phase)).toList();
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
            Pipeline plan, String baseDir, String instance, String fingerprint, Incarnation incarnation) {
        PipelineAdmitted run = new PipelineAdmitted(plan.name(), instance, incarnation, fingerprint, baseDir, plan);
        List<ControlRecord> records = List.of(run, new PhaseChanged(plan.name(), instance, Phase.RUNNING, ""));
        return new Verdict(
                new Accepted(plan.name(), instance, incarnation, Start.NEW),
                new Decision(List.of(new Effect.EnsureTopics(plan, true)), records));
    }

    /** Every slot is assigned anew to the worker that had it: it may have let go when the run stopped, or not have noticed yet. */
    private static Verdict resume(ControlState control, PipelineAdmitted run, Pipeline plan, String baseDir) {
        List<ControlRecord> records = new ArrayList<>();
        if (!run.baseDir().equals(baseDir) || !standbys(run.plan()).equals(standbys(plan))) {
            records.add(new PipelineAdmitted(
                    run.name(), run.instance(), run.incarnation(), run.fingerprint(), baseDir, plan));
        }
        if (!control.phase(run).active()) {
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
        }
        return new Verdict(
                new Accepted(run.name(), run.instance(), run.incarnation(), Start.RESUMED),
                new Decision(List.of(new Effect.EnsureTopics(run.plan(), false)), records));
    }

    /** What the plans of one fingerprint may differ in. */
    private static List<Integer> standbys(Pipeline plan) {
        return plan.stages().stream().map(StagePlan::standbys).toList();
    }

    /** Decides on stopping a pipeline; to be resumed by submitting it again. */
    static Verdict stop(ControlState control, String name) {
        Optional<PipelineAdmitted> known = control.pipeline(name);
        if (known.isEmpty()) {
            return unknown(name);
        }
        PipelineAdmitted run = known.get();
        Phase phase = control.phase(run);
        if (!phase.active()) {
            return Verdict.refused("pipeline '" + name + "' is not running: " + phase);
        }
        return new Verdict(
                new Accepted(name, run.instance(), run.incarnation(), Start.RESUMED),
                Decision.of(new PhaseChanged(name, run.instance(), Phase.STOPPED, "stopped on request")));
    }

    /** Decides on deleting a pipeline with its state and inboxes, for good. What its sinks have written stays. */
    static Verdict delete(ControlState control, String name) {
        Optional<PipelineAdmitted> known = control.pipeline(name);
        if (known.isEmpty()) {
            return unknown(name);
        }
        PipelineAdmitted run = known.get();
        if (control.phase(run).active()) {
            return Verdict.refused("pipeline '" + name + "' is under way (" + control.phase(run) + "): stop it first");
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
