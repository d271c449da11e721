package io.weirflow.language.port;

import io.weirflow.api.pipeline.StageInput;

/**
 * Tells how many partitions a source has, which is the number of slots of the stage that reads it. Lint does no I/O and takes
 * {@link #UNKNOWN}; who runs a pipeline asks the connector.
 */
@FunctionalInterface
public interface SourcePartitions {

    /** One for each, where nothing depends on it. */
    SourcePartitions UNKNOWN = source -> 1;

    /**
     * Returns the number of partitions, at least 1. May do I/O.
     *
     * @throws io.weirflow.api.connector.ConnectorException when the source is absent
     */
    int partitions(StageInput.Source source);
}
