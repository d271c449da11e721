package io.weirflow.worker.service;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.CheckpointTriggered;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.PipelineDeleted;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.ControlRecord.SlotFollowed;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a worker knows from the control log: the last record of each key. Used by one thread. */
final class ControlBook {

    private final Map<String, PipelineAdmitted> pipelines = new HashMap<>();
    private final Map<String, PhaseChanged> phases = new HashMap<>();
    private final Map<SlotId, SlotAssigned> slots = new TreeMap<>();
    private final Map<SlotId, SlotFollowed> followers = new TreeMap<>();
    private final Map<String, Long> checkpoints = new HashMap<>();
    private final Map<String, InboxesTrimmed> trims = new HashMap<>();
    private final Map<String, RecordPoisoned> poisoned = new TreeMap<>();

    void replay(ControlRecord record) {
        if (record instanceof PipelineAdmitted admitted) {
            pipelines.put(admitted.name(), admitted);
        } else if (record instanceof PipelineDeleted deleted) {
            pipelines.remove(deleted.name());
        } else if (record instanceof PhaseChanged phase) {
            phases.put(phase.name(), phase);
        } else if (record instanceof SlotAssigned assigned) {
            slots.put(assigned.slot(), assigned);
        } else if (record instanceof SlotFollowed followed) {
            followers.put(followed.slot(), followed);
        } else if (record instanceof RecordPoisoned found) {
            poisoned.put(found.key(), found);
        } else if (record instanceof CheckpointTriggered triggered) {
            checkpoints.put(triggered.pipeline(), triggered.number());
        } else if (record instanceof InboxesTrimmed trimmed) {
            trims.put(trimmed.pipeline(), trimmed);
        }
    }

    Collection<PipelineAdmitted> pipelines() {
        return pipelines.values();
    }

    Optional<PipelineAdmitted> pipeline(String name) {
        return Optional.ofNullable(pipelines.get(name));
    }

    /** Returns the phase of the admitted run of a pipeline; empty when it has none. */
    Optional<Phase> phase(String name) {
        PipelineAdmitted admitted = pipelines.get(name);
        PhaseChanged phase = phases.get(name);
        if (admitted == null || phase == null || !phase.instance().equals(admitted.instance())) {
            return Optional.empty();
        }
        return Optional.of(phase.phase());
    }

    @Nullable
    SlotAssigned slot(SlotId id) {
        return slots.get(id);
    }

    Collection<SlotAssigned> slots() {
        return slots.values();
    }

    /** Returns the rows that were found to make a slot fail in a run. */
    List<RecordPoisoned> poisoned(PipelineAdmitted run, SlotId slot) {
        return poisoned.values().stream()
                .filter(found -> found.slot().equals(slot) && found.instance().equals(run.instance()))
                .toList();
    }

    /** Returns the number of the last checkpoint that was triggered, 0 for none. */
    long checkpoint(String pipeline) {
        return checkpoints.getOrDefault(pipeline, 0L);
    }

    /** Returns the offset of the first record of an inbox that was not trimmed. */
    long trimmedBefore(String pipeline, String stageUid, int partition) {
        InboxesTrimmed trimmed = trims.get(pipeline);
        return trimmed == null ? 0 : trimmed.before(stageUid, partition);
    }

    /** Returns whether the slot is this worker's to run. */
    boolean owns(SlotId id, WorkerId worker) {
        SlotAssigned assigned = slots.get(id);
        return assigned != null && wants(assigned, worker);
    }

    @Nullable
    SlotFollowed followers(SlotId id) {
        return followers.get(id);
    }

    Collection<SlotFollowed> followed() {
        return followers.values();
    }

    /** Returns whether a worker is to keep the state of a slot at hand. */
    boolean follows(SlotFollowed followed, WorkerId worker) {
        return followed.workers().contains(worker.name()) && inForce(followed);
    }

    /** Returns the names of the workers that are to keep the state of a slot at hand. */
    List<String> followersOf(SlotId id) {
        SlotFollowed followed = followers.get(id);
        return followed != null && inForce(followed) ? followed.workers() : List.of();
    }

    private boolean inForce(SlotFollowed followed) {
        String pipeline = followed.slot().pipeline();
        PipelineAdmitted admitted = pipelines.get(pipeline);
        return admitted != null
                && admitted.instance().equals(followed.instance())
                && phase(pipeline).map(Phase::active).orElse(false);
    }

    /** Returns whether an assignment is in force and names this worker as the one to run the slot. */
    boolean wants(SlotAssigned assigned, WorkerId worker) {
        String pipeline = assigned.slot().pipeline();
        PipelineAdmitted admitted = pipelines.get(pipeline);
        return !assigned.revoked()
                && assigned.worker().equals(worker)
                && admitted != null
                && admitted.instance().equals(assigned.instance())
                && phase(pipeline).map(Phase::active).orElse(false);
    }
}
