package io.weirflow.api.connector;

import io.weirflow.api.type.RowType;
import java.util.List;
import java.util.Optional;

/** A way to write rows as bytes, found by {@link java.util.ServiceLoader}. Stateless. */
public interface Format {

    /** Returns the name by which pipelines call it, such as {@code json}. */
    String name();

    /** Returns the options that it takes beside {@code format}. */
    List<OptionSpec> options();

    /** Returns what is wrong with these options and columns for decoding; called by lint, must not do I/O. */
    default List<OptionProblem> checkDecoding(Options options, RowType rowType) {
        return List.of();
    }

    /** Returns the columns, where the format knows them without the user's telling. */
    default Optional<RowType> columns(Options options) {
        return Optional.empty();
    }

    /** Returns a new decoder of rows of this type; it is used by one thread. */
    RowDecoder decoder(Options options, RowType rowType);

    /**
     * Returns a new decoder that may leave the other columns NULL, and unchecked.
     *
     * @param readColumns indexes of the columns that the pipeline reads, ascending
     */
    default RowDecoder decoder(Options options, RowType rowType, List<Integer> readColumns) {
        return decoder(options, rowType);
    }

    /** Returns a new encoder, or empty when the format can only be read. */
    Optional<RowEncoder> encoder(Options options, RowType rowType);
}
