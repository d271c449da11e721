package io.weirflow.worker.slot;

import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.RowType;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The destinations of a pipeline's sinks that are known to be there. To look for one takes a connection of its own, and every slot that moves or goes over
 * to another version would be silent for as long. Safe for use by several threads.
 */
public final class Destinations {

    private final Set<Destination> prepared = ConcurrentHashMap.newKeySet();

    /** What a sink writes and where to: another version of a stage may have another. */
    private record Destination(StepSpec.Sink sink, RowType rowType, int partitions) {}

    /**
     * Makes sure that a destination is there, unless that was done before. Blocks.
     *
     * @throws io.weirflow.api.connector.ConnectorException when it is not; the next call looks again
     */
    void prepare(StepSpec.Sink sink, SinkConnector connector, SinkContext context) {
        Destination destination = new Destination(sink, context.rowType(), context.partitions());
        if (!prepared.contains(destination)) {
            connector.prepare(context);
            prepared.add(destination);
        }
    }

    /** A slot has failed, perhaps because a destination is gone: looks again before the next is opened. */
    public void forget() {
        prepared.clear();
    }
}
