package io.weirflow.api.connector;

import io.weirflow.api.type.RowType;
import java.util.List;
import java.util.Optional;

/**
 * The source side of a connector: a set of partitions, each a durable, totally ordered log of records that can be read again
 * from any offset and then gives the same records. Only such sources are exactly-once.
 */
public interface SourceConnector {

    /** Returns the options that {@code source: {name: {…}}} takes. */
    List<OptionSpec> options();

    /** Returns what is wrong with these options beyond their types; called by lint, must not do I/O. */
    default List<OptionProblem> check(Options options) {
        return List.of();
    }

    /**
     * Returns the options of the stream's format that are written among the source's own, such as {@code delimiter} of a CSV file:
     * those of {@code options} that were given and belong to a format. The planner adds them to what is written beside
     * {@code format}, which wins, before it checks them against {@link Format#options()}; one that the format does not take is
     * a mistake. Must not do I/O.
     */
    default Options formatOptions(Options options) {
        return Options.NONE;
    }

    /** Returns whether a source with these options ends by itself. */
    boolean bounded(Options options);

    /** Returns whether its records carry the time at which the log took them in. */
    default boolean hasIngestionTime() {
        return false;
    }

    /** Returns the columns, where the connector knows them; the user may then leave them out. Must not do I/O. */
    default Optional<RowType> columns(Options options) {
        return Optional.empty();
    }

    /**
     * Returns a decoder, where the connector's records have a form of their own and no format applies.
     *
     * @param rowType the columns that the pipeline declared
     */
    default Optional<RowDecoder> decoder(Options options, RowType rowType) {
        return Optional.empty();
    }

    /**
     * Returns the number of partitions, at least 1: the number of slots of the stage that reads this. Called once when a pipeline
     * starts; may do I/O.
     *
     * @throws ConnectorException when the source is absent: which, and what to do
     */
    int partitions(SourceContext context);

    /**
     * Opens one partition for reading. Called on the slot's thread.
     *
     * @param partition 0 to {@link #partitions} − 1
     * @throws ConnectorException when it cannot be opened
     */
    PartitionReader open(SourceContext context, int partition);
}
