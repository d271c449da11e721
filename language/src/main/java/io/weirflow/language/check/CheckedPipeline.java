package io.weirflow.language.check;

import io.weirflow.api.definition.Place;
import io.weirflow.api.pipeline.OnPoison;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.Step.Tag;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.RowType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline without mistakes, typed, not yet cut into stages.
 *
 * @param streams what is read; entries that lead to no sink are left out, here and below
 * @param stages in an order in which inputs come before their users
 * @param standbys of stages that read a source
 * @param unused template of the sinks that keep errors and late rows that nothing uses; its name and topic are to be filled in
 * @param onPoison what becomes of rows that make their slots fail
 */
public record CheckedPipeline(
        String name,
        List<StreamEntry> streams,
        List<StageEntry> stages,
        List<SinkEntry> sinks,
        int standbys,
        StepSpec.Sink unused,
        OnPoison onPoison) {

    public CheckedPipeline {
        streams = List.copyOf(streams);
        stages = List.copyOf(stages);
        sinks = List.copyOf(sinks);
    }

    /** An output of a stream or stage. */
    public record Ref(String entry, Tag tag) {

        /** Returns it as {@code from} names it. */
        public String text() {
            return switch (tag) {
                case MAIN -> entry;
                case LATE -> entry + ".late";
                case ERRORS -> entry + ".errors";
            };
        }
    }

    /** A stream. */
    public record StreamEntry(String name, StageInput.Source source) {}

    /** One thing done to rows. */
    public record Operation(StepSpec spec, RowType output) {}

    /** What a stage asks of the slots that its rows are in. */
    public sealed interface Placement {

        /** Nothing: any slot, any stage, a source's included. */
        record Anywhere() implements Placement {}

        /** Any slot of a stage with an inbox: there is state, but no key. */
        record AnySlot() implements Placement {}

        /**
         * Rows with equal values of these columns in one slot.
         *
         * @param columns indexes in the row as it is after {@link StageEntry#before}; empty for one slot altogether
         */
        record ByKey(List<Integer> columns) implements Placement {
            public ByKey {
                columns = List.copyOf(columns);
            }
        }
    }

    /**
     * How a stage runs.
     *
     * @param slots if it gets an inbox of its own
     * @param slotsPlace where that was written; null when it is the default
     * @param uidPlace where the uid was written; null when it is the name
     * @param fuse whether it may run in the stage that feeds it
     * @param standbys if it gets an inbox of its own
     * @param standbysPlace where that was written; null when it is the pipeline's
     */
    public record Settings(
            int slots,
            @Nullable Place slotsPlace,
            String uid,
            @Nullable Place uidPlace,
            boolean fuse,
            int standbys,
            @Nullable Place standbysPlace) {}

    /**
     * A stage of the file.
     *
     * @param input the columns of all its inputs
     * @param before stateless operations that may run ahead of a shuffle
     * @param after the rest
     */
    public record StageEntry(
            String name,
            List<Ref> from,
            RowType input,
            List<Operation> before,
            Placement placement,
            List<Operation> after,
            Settings settings) {
        public StageEntry {
            from = List.copyOf(from);
            before = List.copyOf(before);
            after = List.copyOf(after);
        }
    }

    /** A sink. */
    public record SinkEntry(String name, List<Ref> from, RowType input, StepSpec.Sink spec) {
        public SinkEntry {
            from = List.copyOf(from);
        }
    }
}
