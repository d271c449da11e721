package io.weirflow.api.pipeline;

import io.weirflow.api.type.RowType;
import java.util.List;

/**
 * One step of a stage's chain.
 *
 * @param id position in {@link StagePlan#steps()}; names the step's state
 * @param entry the YAML entry that it comes from, for messages and metrics
 * @param inputs where its rows come from; all have the same row type
 * @param inputType the columns of its input
 * @param rowType the columns of its main output; for {@link StepSpec.Send} and {@link StepSpec.Sink} those of the input
 * @param spec what it does
 */
public record Step(int id, String entry, List<Upstream> inputs, RowType inputType, RowType rowType, StepSpec spec) {

    public Step {
        inputs = List.copyOf(inputs);
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
