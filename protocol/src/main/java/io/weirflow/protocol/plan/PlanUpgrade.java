package io.weirflow.protocol.plan;

import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.plan.StageChange.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A new version of a pipeline that is to take over its data, each stage on its own and each slot at a cut in its log (rule R12). What lies in
 * inboxes was sent by the former version, and senders and receivers are cut at different times; so all that stages know of each other has to stay:
 * who they are, which rows they exchange, and which slot a row goes to.
 *
 * @param plan the new version: durable things have their former names, and stages that change the next version
 * @param changes of each stage
 * @param replaced the former versions of the stages that change
 * @param obstacle why it cannot take over, for a person; empty when it can
 */
public record PlanUpgrade(
        Pipeline plan, List<StageChange> changes, List<StagePlan> replaced, Optional<String> obstacle) {

    /** Sinks whose rows are committed with the worker's own transactions, so that nothing is left half done outside. */
    private static final String KAFKA = "kafka";

    public PlanUpgrade {
        changes = List.copyOf(changes);
        replaced = List.copyOf(replaced);
    }

    /** Returns what it means that {@code compiled}, which has not run yet, takes the place of {@code before}. */
    public static PlanUpgrade of(Pipeline before, Pipeline compiled) {
        Pipeline adopted = StateIds.adopt(before, compiled);
        List<StageChange> changes = PlanDiff.betweenNamed(before, adopted);
        Optional<String> obstacle = otherStages(before, adopted)
                .or(() -> impossible(changes))
                .or(() -> otherNeighbours(before, adopted))
                .or(() -> halfWrittenSink(before, adopted));
        if (obstacle.isPresent()) {
            return new PlanUpgrade(adopted, changes, List.of(), obstacle);
        }
        List<StagePlan> stages = new ArrayList<>();
        List<StagePlan> replaced = new ArrayList<>();
        for (StagePlan stage : adopted.stages()) {
            StagePlan former = before.stage(stage.id());
            boolean kept = changes.get(stage.id()).kind() == Kind.KEPT;
            stages.add(stage.withVersion(kept ? former.version() : former.version() + 1));
            if (!kept) {
                replaced.add(former);
            }
        }
        return new PlanUpgrade(adopted.withStages(stages), changes, replaced, Optional.empty());
    }

    private static Optional<String> otherStages(Pipeline before, Pipeline after) {
        List<String> had = before.stages().stream().map(StagePlan::uid).toList();
        List<String> has = after.stages().stream().map(StagePlan::uid).toList();
        if (had.equals(has)) {
            return Optional.empty();
        }
        return Optional.of("its stages were " + String.join(", ", had) + " and would be " + String.join(", ", has));
    }

    private static Optional<String> impossible(List<StageChange> changes) {
        return changes.stream()
                .filter(change -> change.kind() == Kind.REFUSED || change.kind() == Kind.REBUILT)
                .findFirst()
                .map(change -> "stage '" + change.stage()
                        + (change.kind() == Kind.REBUILT ? "' would have to be rebuilt: " : "': ") + change.reason());
    }

    private static Optional<String> otherNeighbours(Pipeline before, Pipeline after) {
        for (StagePlan stage : after.stages()) {
            StageInput former = before.stage(stage.id()).input();
            if (stage.input() instanceof StageInput.Inbox && !former.equals(stage.input())) {
                return Optional.of("stage '" + stage.name() + "' would get rows with other columns, or of other stages,"
                        + " and its inbox holds rows of the former kind");
            }
        }
        for (StagePlan stage : after.stages()) {
            if (!sends(before.stage(stage.id())).equals(sends(stage))) {
                return Optional.of("stage '" + stage.name()
                        + "' would send its rows elsewhere, or by another key, than those that are on their way");
            }
        }
        return Optional.empty();
    }

    private record Sent(StepSpec.Send send, RowType rows) {}

    private static List<Sent> sends(StagePlan stage) {
        return stage.steps().stream()
                .filter(step -> step.spec() instanceof StepSpec.Send)
                .map(step -> new Sent((StepSpec.Send) step.spec(), step.inputType()))
                .sorted(Comparator.comparing((Sent sent) -> sent.send().stage())
                        .thenComparing(sent -> sent.send().port()))
                .toList();
    }

    /** What a sink writes exactly once outside of Kafka is completed at the end of the pipeline, by a version that still has it. */
    private static Optional<String> halfWrittenSink(Pipeline before, Pipeline after) {
        for (StagePlan former : before.stages()) {
            for (Step step : former.steps()) {
                if (step.spec() instanceof StepSpec.Sink sink
                        && sink.guarantee() == Guarantee.EXACTLY_ONCE
                        && !sink.connector().equals(KAFKA)
                        && !goesOn(sink, after.stage(former.id()))) {
                    return Optional.of("sink '" + sink.name()
                            + "' would be gone or write elsewhere, and what it has written would stay incomplete");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean goesOn(StepSpec.Sink was, StagePlan now) {
        return now.steps().stream()
                .anyMatch(step -> step.spec() instanceof StepSpec.Sink is && StateIds.samePlace(was, is));
    }
}
