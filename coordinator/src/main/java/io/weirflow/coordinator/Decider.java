package io.weirflow.coordinator;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.CheckpointTriggered;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.PipelineRestored;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.SlotId;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides what happens next, as a pure function of what was decided, what was observed and the time. It looks at how things are and not
 * at events, so a decision that could not be carried out is simply made again, and facts that come twice, late or in another order do no
 * harm.
 */
final class Decider {

    private final Policy policy;
    private final Trimming trimming;

    Decider(Policy policy) {
        this.policy = policy;
        this.trimming = new Trimming(policy);
    }

    /** Returns the next decision; ask again once it was replayed, until there is none. */
    Optional<Decision> next(ControlState control, Observations seen, Moment now) {
        for (PipelineAdmitted run : control.pipelines()) {
            if (control.phase(run) == Phase.RESTORING) {
                Optional<Decision> restored = restored(run, control, seen);
                if (restored.isPresent()) {
                    return restored;
                }
            } else if (control.phase(run).active()) {
                Optional<Decision> decision = advance(run, control, seen);
                if (decision.isPresent()) {
                    return decision;
                }
            }
        }
        Optional<Decision> placement = new Placement(policy, control, seen, now).next();
        if (placement.isPresent()) {
            return placement;
        }
        Optional<Decision> checkpoint = checkpoint(control, seen, now);
        return checkpoint.isPresent() ? checkpoint : trimming.next(control, seen, now);
    }

    /** Returns what {@link #next} would, when nothing has changed since it returned nothing but how far slots have come. */
    Optional<Decision> nextTrim(ControlState control, Observations seen, Moment now) {
        return trimming.next(control, seen, now);
    }

    /** A run from a savepoint begins once all of it is written, and not before. */
    private static Optional<Decision> restored(PipelineAdmitted run, ControlState control, Observations seen) {
        Optional<PipelineRestored> savepoint = control.unrestored(run);
        return seen.restored(run.instance())
                .map(problem -> problem.isEmpty() && savepoint.isPresent()
                        ? Decision.of(
                                new PipelineRestored(
                                        run.name(),
                                        run.instance(),
                                        savepoint.get().savepoint(),
                                        true),
                                new PhaseChanged(run.name(), run.instance(), Phase.RUNNING, ""))
                        : phase(run, Phase.FAILED, "the savepoint was not restored: " + problem));
    }

    private Optional<Decision> advance(PipelineAdmitted run, ControlState control, Observations seen) {
        Optional<Decision> poisoned = Poisons.decide(run, control, seen);
        if (poisoned.isPresent()) {
            return poisoned;
        }
        Optional<String> fault = fault(run, control, seen);
        if (fault.isPresent()) {
            return Optional.of(phase(run, Phase.FAILED, fault.get()));
        }
        return switch (control.phase(run)) {
            case RUNNING -> running(run, control, seen);
            case COMPLETING -> completing(run, seen);
            case STOPPING ->
                OrderlyStop.isOver(run, control, seen)
                        ? Optional.of(phase(run, Phase.STOPPED, control.reason(run)))
                        : Optional.empty();
            case FINISHED, STOPPED, FAILED, RESTORING -> Optional.empty();
        };
    }

    private static Optional<Decision> running(PipelineAdmitted run, ControlState control, Observations seen) {
        boolean finished = all(run, control, seen, SlotStatus.Finished.class::isInstance);
        return finished ? Optional.of(phase(run, Phase.COMPLETING, "")) : FormerVersions.forget(run, control, seen);
    }

    private static Optional<Decision> completing(PipelineAdmitted run, Observations seen) {
        boolean completed = run.plan().stages().stream()
                .filter(Decider::hasSink)
                .allMatch(stage -> seen.sinksCompleted(run.instance(), stage.id()));
        return completed ? Optional.of(phase(run, Phase.FINISHED, "")) : Optional.empty();
    }

    /** Returns why the pipeline cannot go on, if it cannot. */
    private Optional<String> fault(PipelineAdmitted run, ControlState control, Observations seen) {
        for (SlotId slot : ControlState.slots(run)) {
            Optional<SlotStatus.Failed> failed = control.assignment(run, slot)
                    .flatMap(seen::status)
                    .filter(SlotStatus.Failed.class::isInstance)
                    .map(SlotStatus.Failed.class::cast)
                    .filter(one -> one.poison() == null || !Poisons.isParked(run, slot, one.poison(), control));
            if (failed.isPresent() && !failed.get().retriable()) {
                return failed.map(fatal -> where(run, slot) + ": " + fatal.reason());
            }
            Observations.Attempts attempts = seen.attempts(slot);
            if (attempts.failures() > policy.maxFailures()) {
                return Optional.of(where(run, slot) + " failed " + attempts.failures()
                        + " times without a new checkpoint, the last time because: " + attempts.reason());
            }
        }
        return Optional.empty();
    }

    static String where(PipelineAdmitted run, SlotId slot) {
        return "stage '" + run.plan().stage(slot.stage()).name() + "', slot " + slot.partition();
    }

    private Optional<Decision> checkpoint(ControlState control, Observations seen, Moment now) {
        List<ControlRecord> due = control.pipelines().stream()
                .filter(run -> control.phase(run).active())
                .filter(run -> now.hasCome(seen.checkpointAtMs(run.name()) + policy.checkpointIntervalMs(run.plan())))
                .filter(run -> any(run, control, seen, SlotStatus.Running.class::isInstance))
                .<ControlRecord>map(run -> new CheckpointTriggered(run.name(), control.checkpoint(run.name()) + 1))
                .toList();
        return due.isEmpty() ? Optional.empty() : Optional.of(new Decision(List.of(), due));
    }

    private static Decision phase(PipelineAdmitted run, Phase phase, String reason) {
        return Decision.of(new PhaseChanged(run.name(), run.instance(), phase, reason));
    }

    private static boolean hasSink(StagePlan stage) {
        return stage.steps().stream().anyMatch(step -> step.spec() instanceof StepSpec.Sink);
    }

    private static boolean all(
            PipelineAdmitted run, ControlState control, Observations seen, Predicate<SlotStatus> condition) {
        return ControlState.slots(run).stream().allMatch(slot -> is(run, slot, control, seen, condition));
    }

    private static boolean any(
            PipelineAdmitted run, ControlState control, Observations seen, Predicate<SlotStatus> condition) {
        return ControlState.slots(run).stream().anyMatch(slot -> is(run, slot, control, seen, condition));
    }

    private static boolean is(
            PipelineAdmitted run,
            SlotId slot,
            ControlState control,
            Observations seen,
            Predicate<SlotStatus> condition) {
        return control.assignment(run, slot)
                .filter(assigned -> !assigned.revoked())
                .flatMap(seen::status)
                .filter(condition)
                .isPresent();
    }
}
