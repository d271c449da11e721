package io.weirflow.language.plan;

import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.Step.Upstream;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stage that is being planned. */
final class StageDraft {

    private final int id;
    private final String name;
    private final String uid;
    private final int slots;
    private final int standbys;
    private final StageInput.@Nullable Source source;
    private final List<StageInput.Port> ports = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();

    StageDraft(int id, String name, String uid, int slots, int standbys, StageInput.@Nullable Source source) {
        this.id = id;
        this.name = name;
        this.uid = uid;
        this.slots = slots;
        this.standbys = standbys;
        this.source = source;
    }

    int id() {
        return id;
    }

    String name() {
        return name;
    }

    String uid() {
        return uid;
    }

    /** Returns whether it reads a user's log, and may therefore hold only stateless steps. */
    boolean isSource() {
        return source != null;
    }

    /** Adds a port to the inbox and returns its number. */
    int addPort(int fromStage, RowType rowType) {
        ports.add(new StageInput.Port(fromStage, rowType));
        return ports.size() - 1;
    }

    /** Adds a step and returns its id. */
    int addStep(String entry, List<Upstream> inputs, RowType input, RowType output, StepSpec spec) {
        int step = steps.size();
        steps.add(new Step(step, entry, inputs, input, output, spec));
        return step;
    }

    StagePlan plan() {
        StageInput input = source == null ? new StageInput.Inbox(ports) : source;
        return new StagePlan(id, name, uid, slots, input, steps).withStandbys(standbys);
    }
}
