package io.weirflow.coordinator;

import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.fleet.WorkerScope;
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
 * @param term of its leadership, or of the one it follows; 0 before the first
 * @param leader where the leader answers HTTP, such as {@code http://127.0.0.1:7070}; empty when that is not known
 * @param workers that are alive, as the leader sees it
 */
public record ControlView(Role role, long term, String leader, List<WorkerView> workers, List<PipelineView> pipelines) {

    /** Before anything is known. */
    public static final ControlView EMPTY = new ControlView(Role.STARTING, 0, "", List.of(), List.of());

    public ControlView {
        workers = List.copyOf(workers);
        pipelines = List.copyOf(pipelines);
    }

    public enum Role {
        /** It reads the control log, or waits for Kafka. */
        STARTING,
        LEADING,
        /** Another coordinator leads; this one follows the control log, and takes over when that one falls silent. */
        FOLLOWING,
        /** Another coordinator has taken over; this one decides nothing any more. */
        FENCED,
        CLOSED
    }

    ControlView withRole(Role newRole) {
        return new ControlView(newRole, term, leader, workers, pipelines);
    }

    /** @param scope which slots it takes */
    public record WorkerView(WorkerId worker, WorkerScope scope) {}

    /**
     * @param uid what its topics and state are named after
     * @param workers how many its slots are spread over at most; 0 for as many as there are
     * @param standbys how many workers are to keep the state of each slot at hand besides its owner
     * @param trimmedRecords how many records of its inbox were trimmed since the inbox was made; -1 when it reads none
     * @param inboxBytes what its inbox took on disk when it was trimmed last, -1 when that is not known
     * @param version that its slots have or go over to; counts the upgrades of the run, from 1
     */
    public record StageView(
            String name,
            String uid,
            int slots,
            int workers,
            int standbys,
            long trimmedRecords,
            long inboxBytes,
            int version) {}

    /**
     * A row at which a slot fails.
     *
     * @param place of the row in the slot's log
     * @param record the row as text
     * @param version of the stage that cannot process it
     * @param parked whether it is passed over
     */
    public record PoisonView(
            String stage, int slot, String place, String reason, String record, int version, boolean parked) {}

    /** @param checkpoint number of the last checkpoint that was triggered, 0 for none */
    public record PipelineView(
            String name,
            String instance,
            Incarnation incarnation,
            String fingerprint,
            Phase phase,
            String reason,
            long checkpoint,
            List<StageView> stages,
            List<SlotView> slots,
            List<PoisonView> poison) {
        public PipelineView {
            poison = List.copyOf(poison);
            stages = List.copyOf(stages);
            slots = List.copyOf(slots);
        }
    }

    /**
     * @param owner empty before the first assignment of the run
     * @param status what the owner reported under this epoch, empty when nothing yet
     * @param failures in a row without a new checkpoint
     * @param followers who keeps its state at hand: standbys, and the worker that it is about to move to
     */
    public record SlotView(
            SlotId slot,
            String stage,
            Optional<WorkerId> owner,
            LeaseEpoch epoch,
            boolean revoked,
            Optional<SlotStatus> status,
            int failures,
            List<FollowerView> followers) {
        public SlotView {
            followers = List.copyOf(followers);
        }
    }

    /**
     * A worker that keeps the state of a slot at hand.
     *
     * @param worker its name
     * @param checkpoint number of the last checkpoint that it has, {@link SlotStatus#NONE} when it has not said so
     * @param lagRecords records of the changelog that it has yet to read, or to write in a large load; {@link SlotStatus#NONE} when that is not known
     */
    public record FollowerView(String worker, long checkpoint, long lagRecords) {}

    public Optional<PipelineView> pipeline(String name) {
        return pipelines.stream().filter(one -> one.name().equals(name)).findFirst();
    }
}
