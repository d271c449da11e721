package io.weirflow.api.pipeline;

import io.weirflow.api.type.RowType;
import java.util.List;

/**
 * One step of a stage's chain.
 *
 * @param id position in {@link StagePlan#steps()}
 * @param entry the YAML entry that it comes from, for messages and metrics
 * @param inputs where its rows come from; all have the same row type
 * @param inputType the columns of its input
 * @param rowType the columns of its main output; for {@link StepSpec.Send} and {@link StepSpec.Sink} those of the input
 * @param spec what it does
 * @param stateId names what is durable of the step: its state, or what its sink has published. The id that it had when it first ran, which it
 *     keeps when an upgrade puts steps before it; 0 or more
 */
public record Step(
        int id, String entry, List<Upstream> inputs, RowType inputType, RowType rowType, StepSpec spec, int stateId) {

    public Step {
        inputs = List.copyOf(inputs);
    }

    /** A step that has not run yet: what becomes durable of it is named after its id. */
    public Step(int id, String entry, List<Upstream> inputs, RowType inputType, RowType rowType, StepSpec spec) {
        this(id, entry, inputs, inputType, rowType, spec, id);
    }

    /** Returns the same step with its durable part under another name. */
    public Step withStateId(int newStateId) {
        return new Step(id, entry, inputs, inputType, rowType, spec, newStateId);
    }

    /** An output of a step. */
    public enum Tag {
        /** The results. */
        MAIN,
        /** Rows that came after their window had closed, with the columns of the step's input. */
        LATE,
        /** Rows that could not be processed, and why; see {@link ErrorColumns}. */
        ERRORS
    }

    /** Where rows come from. */
    public sealed interface Upstream {
        Tag tag();

        /** The rows of a port of the inbox, or of the source (port 0), or the source's errors. */
        record FromPort(int port, Tag tag) implements Upstream {}

        /** The rows of another step of the same stage. */
        record FromStep(int step, Tag tag) implements Upstream {}
    }
}
