package io.weirflow.api.connector;

import io.weirflow.api.type.RowType;
import java.util.List;
import java.util.Set;

/** The sink side of a connector. */
public interface SinkConnector {

    /** Returns the options that {@code to: {name: {…}}} takes. */
    List<OptionSpec> options();

    /** Returns what is wrong with these options beyond their types; called by lint, must not do I/O. */
    default List<OptionProblem> check(Options options, RowType rowType) {
        return List.of();
    }

    /** Returns the guarantee that it gives when the pipeline does not choose one: the best that it has. */
    Guarantee best();

    /** Returns all guarantees that it can give, {@link #best()} among them. */
    default Set<Guarantee> guarantees() {
        return best() == Guarantee.EXACTLY_ONCE
                ? Set.of(Guarantee.EXACTLY_ONCE, Guarantee.AT_LEAST_ONCE)
                : Set.of(best());
    }

    /** Returns whether rows are written in a format that the user can choose; {@code json} unless told otherwise. */
    default boolean takesFormat() {
        return true;
    }

    /** Returns the options of the sink's format that are written among its own, see {@link SourceConnector#formatOptions}. */
    default Options formatOptions(Options options) {
        return Options.NONE;
    }

    /**
     * Makes sure that the destination is there and can be written. Called before a slot is opened, though not for each: once in a process, and again after slots have
     * failed. May block; may be called by several processes at the same time.
     *
     * @throws ConnectorException when not: which, and what to do
     */
    default void prepare(SinkContext context) {}

    /** Opens the sink for one slot. Called on the slot's thread. */
    SinkWriter open(SinkContext context, int partition);

    /**
     * Called once after every slot of a bounded pipeline has committed its last row; may merge parts. Must be safe to call again after
     * a crash in the middle.
     */
    default void complete(SinkContext context) {}
}
