package io.weirflow.coordinator;

import io.weirflow.api.pipeline.OnPoison;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.Poison;
import io.weirflow.protocol.fleet.SlotStatus.Failed;
import io.weirflow.protocol.id.SlotId;
import java.util.List;
import java.util.Optional;

/**
 * Decides on rows at which a slot fails again and again (rule R12): the pipeline fails and says which row it is, or the row is parked, when that is
 * what the pipeline says. A parked row is in the control log, as text, and in the errors stream of the step that failed.
 */
final class Poisons {

    /** A slot that fails so often at one row will do so for ever. */
    static final int FAILURES = 3;

    /** More are no matter of single rows: the pipeline fails. */
    static final int MAX_PARKED = 1_000;

    private Poisons() {}

    /** Returns what is to be done about a row that has just been found to be one, if there is any. */
    static Optional<Decision> decide(PipelineAdmitted run, ControlState control, Observations seen) {
        for (SlotId slot : ControlState.slots(run)) {
            Optional<Failed> failed = failure(run, slot, control, seen);
            if (failed.isPresent()) {
                return Optional.of(decide(run, slot, failed.get(), control));
            }
        }
        return Optional.empty();
    }

    private static Optional<Failed> failure(
            PipelineAdmitted run, SlotId slot, ControlState control, Observations seen) {
        return control.assignment(run, slot)
                .flatMap(seen::status)
                .filter(Failed.class::isInstance)
                .map(Failed.class::cast)
                .filter(failed -> failed.poison() != null
                        && !isParked(run, slot, failed.poison(), control)
                        && (!failed.retriable() || seen.attempts(slot).samePlace() >= FAILURES));
    }

    /** Returns whether a failure is one at a row that was parked since: the slot did not know of it yet. */
    static boolean isParked(PipelineAdmitted run, SlotId slot, Poison poison, ControlState control) {
        return control.poisoned(run).stream()
                .anyMatch(one ->
                        one.parked() && one.slot().equals(slot) && one.poison().same(poison));
    }

    private static Decision decide(PipelineAdmitted run, SlotId slot, Failed failed, ControlState control) {
        Poison poison = failed.poison();
        if (poison == null) {
            throw new IllegalArgumentException("a failure at no row");
        }
        long parked =
                control.poisoned(run).stream().filter(RecordPoisoned::parked).count();
        boolean park = run.plan().onPoison() == OnPoison.PARK && failed.retriable() && parked < MAX_PARKED;
        RecordPoisoned found = new RecordPoisoned(slot, run.instance(), poison, failed.reason(), park);
        if (park) {
            return Decision.of(found);
        }
        StagePlan stage = run.plan().stage(slot.stage());
        String reason = Decider.where(run, slot) + ": " + failed.reason() + "; to pass over this row: weirflow park "
                + run.name() + " " + stage.name() + " " + slot.partition() + " " + poison.place()
                + ", then apply the pipeline again, or apply a version that can process it"
                + (parked < MAX_PARKED ? "" : " (" + parked + " rows are parked already)");
        return new Decision(
                List.of(), List.of(found, new PhaseChanged(run.name(), run.instance(), Phase.FAILED, reason)));
    }

    /**
     * Decides on a request to park a row. Only one that was found to be poison may be: no life of the slot has passed it, so all pass over it alike.
     *
     * @param place as in {@link Poison#place()}
     */
    static Admissions.Verdict park(ControlState control, String name, String stage, int partition, String place) {
        Optional<PipelineAdmitted> known = control.pipeline(name);
        if (known.isEmpty()) {
            return Admissions.Verdict.refused("there is no pipeline '" + name + "'");
        }
        PipelineAdmitted run = known.get();
        List<RecordPoisoned> all = control.poisoned(run);
        Optional<RecordPoisoned> found = all.stream()
                .filter(one -> is(run.plan().stage(one.slot().stage()), stage)
                        && one.slot().partition() == partition
                        && one.poison().place().equals(place))
                .findFirst();
        if (found.isEmpty()) {
            List<String> waiting = all.stream()
                    .filter(one -> !one.parked())
                    .map(one -> describe(run, one))
                    .toList();
            return Admissions.Verdict.refused("stage '" + stage + "', slot " + partition + " has not failed at " + place
                    + ": only a row at which a slot fails can be parked; "
                    + (waiting.isEmpty() ? "there is none" : "there is " + String.join(", ", waiting)));
        }
        RecordPoisoned row = found.get();
        RecordPoisoned parked = new RecordPoisoned(row.slot(), row.instance(), row.poison(), row.reason(), true);
        String message = describe(run, row) + " is passed over from now on"
                + (control.phase(run).active() ? "" : "; apply the pipeline again to go on");
        return new Admissions.Verdict(
                new Admission.Done(name, message), row.parked() ? Decision.of() : Decision.of(parked));
    }

    private static boolean is(StagePlan stage, String nameOrUid) {
        return stage.name().equals(nameOrUid) || stage.uid().equals(nameOrUid);
    }

    private static String describe(PipelineAdmitted run, RecordPoisoned row) {
        return "stage '" + run.plan().stage(row.slot().stage()).name() + "', slot "
                + row.slot().partition() + ", row " + row.poison().place();
    }
}
