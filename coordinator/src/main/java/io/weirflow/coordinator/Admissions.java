package io.weirflow.coordinator;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.Admission.Accepted;
import io.weirflow.coordinator.Admission.Refused;
import io.weirflow.coordinator.Admission.Start;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.plan.PlanCodec;
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
            return begin(plan, baseDir, instance, fingerprint, Incarnation.FIRST);
        }
        PipelineAdmitted run = known.get();
        Phase phase = control.phase(run);
        boolean same = run.fingerprint().equals(fingerprint);
        if (phase.active() && !same) {
            return Verdict.refused("pipeline '" + plan.name() + "' is under way (" + phase
                    + ") with another definition: its data belong to another version (" + run.fingerprint()
                    + ", this one is " + fingerprint + "); run that version to its end or stop it, or give this one "
                    + "another name or an empty data directory");
        }
        if (same && phase != Phase.FINISHED) {
            return resume(control, run, baseDir);
        }
        return begin(plan, baseDir, instance, fingerprint, run.incarnation().next());
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
    private static Verdict resume(ControlState control, PipelineAdmitted run, String baseDir) {
        List<ControlRecord> records = new ArrayList<>();
        if (!run.baseDir().equals(baseDir)) {
            records.add(new PipelineAdmitted(
                    run.name(), run.instance(), run.incarnation(), run.fingerprint(), baseDir, run.plan()));
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

    /** Decides on stopping a pipeline; to be resumed by submitting it again. */
    static Verdict stop(ControlState control, String name) {
        Optional<PipelineAdmitted> known = control.pipeline(name);
        if (known.isEmpty()) {
            return Verdict.refused("there is no pipeline '" + name + "'");
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
}
