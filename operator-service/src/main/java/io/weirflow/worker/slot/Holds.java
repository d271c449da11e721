package io.weirflow.worker.slot;

import java.util.List;

/**
 * Keeps steps behind rows that wait from hearing of a time that these rows have not seen: a row that comes out late for having waited would be lost to
 * windows that it belongs to. What a step has heard follows from the log: it is the same after a restart. Used by the slot's thread.
 */
final class Holds {

    private final List<Node> nodes;
    private final int[] holders;
    private final long[] heardMs;

    /** @param nodes opened, in their order */
    Holds(List<Node> nodes, long watermarkMs) {
        this.nodes = nodes;
        this.holders =
                nodes.stream().filter(Node::mayHold).mapToInt(nodes::indexOf).toArray();
        this.heardMs = new long[nodes.size()];
        for (int node = 0; node < heardMs.length; node++) {
            heardMs[node] = limit(node, watermarkMs);
        }
    }

    /** Returns whether rows can wait in any step at all. */
    boolean possible() {
        return holders.length > 0;
    }

    /** Returns how far event time may go for a step, of {@code watermarkMs}; for the number of nodes, how far receivers may hear of it. */
    long limit(int node, long watermarkMs) {
        long limit = watermarkMs;
        for (int holder : holders) {
            if (holder >= node) {
                break;
            }
            limit = Math.min(limit, nodes.get(holder).heldMs());
        }
        return limit;
    }

    /** Returns whether rows wait. */
    boolean waiting() {
        for (int holder : holders) {
            if (nodes.get(holder).heldMs() < Long.MAX_VALUE) {
                return true;
            }
        }
        return false;
    }

    /** Tells a step how far event time has come, unless it knows; false when there was no room for all that was due. */
    boolean advance(int node, long watermarkMs) {
        long limit = limit(node, watermarkMs);
        if (limit > heardMs[node]) {
            if (!nodes.get(node).advance(limit)) {
                return false;
            }
            heardMs[node] = limit;
        }
        return true;
    }
}
