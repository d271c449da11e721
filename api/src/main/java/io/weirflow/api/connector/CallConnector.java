package io.weirflow.api.connector;

import io.weirflow.api.type.RowType;
import java.util.List;

/** The side of a connector that answers questions about rows, one by one: a service that a {@code call} stage asks. */
public interface CallConnector {

    /** Returns the options that {@code call: {name: {…}}} takes. */
    List<OptionSpec> options();

    /**
     * Returns what is wrong with these options beyond their types; called by lint, must not do I/O.
     *
     * @param rowType the columns of the rows that are asked about
     */
    default List<OptionProblem> check(Options options, RowType rowType) {
        return List.of();
    }

    /**
     * Prepares to ask on behalf of one slot; asks nothing yet. May block for a short while.
     *
     * @throws ConnectorException when the options cannot be used: which, and what to do
     */
    Caller open(CallContext context);
}
