package io.weirflow.coordinator;

import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.List;
import java.util.Optional;

/**
 * How things stand, as one coordinator sees it: an immutable snapshot for people and metrics.
 *
 * @param role whether this coordinator leads
 * @param term of its leadership, 0 before the first
 * @param workers that are alive
 */
public record ControlView(Role role, long term, List<WorkerId> workers, List<PipelineView> pipelines) {

    static final ControlView EMPTY = new ControlView(Role.STARTING, 0, List.of(), List.of());

    public ControlView {
        workers = List.copyOf(workers);
        pipelines = List.copyOf(pipelines);
    }

    public enum Role {
        /** It reads the control log, or waits for Kafka. */
        STARTING,
        LEADING,
        /** Another coordinator has taken over; this one decides nothing any more. */
        FENCED,
        CLOSED
    }

    /** @param checkpoint number of the last checkpoint that was triggered, 0 for none */
    public record PipelineView(
            String name,
            String instance,
            Incarnation incarnation,
            String fingerprint,
            Phase phase,
            String reason,
            long checkpoint,
            List<SlotView> slots) {
        public PipelineView {
            slots = List.copyOf(slots);
        }
    }

    /**
     * @param owner empty before the first assignment of the run
     * @param status what the owner reported under this epoch, empty when nothing yet
     * @param failures in a row without a new checkpoint
     */
    public record SlotView(
            SlotId slot,
            String stage,
            Optional<WorkerId> owner,
            LeaseEpoch epoch,
            boolean revoked,
            Optional<SlotStatus> status,
            int failures) {}

    public Optional<PipelineView> pipeline(String name) {
        return pipelines.stream().filter(one -> one.name().equals(name)).findFirst();
    }
}
