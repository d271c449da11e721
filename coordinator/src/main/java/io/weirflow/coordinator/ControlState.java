package io.weirflow.coordinator;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.CheckpointTriggered;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed;
import io.weirflow.protocol.control.ControlRecord.LeaderElected;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.PipelineDeleted;
import io.weirflow.protocol.control.ControlRecord.PipelineRestored;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.ControlRecord.SlotFollowed;
import io.weirflow.protocol.control.ControlRecord.StageScaled;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.ControlLogReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the coordinator has decided: the last record of each key of the control log, and nothing else (rule R13). There is one way to
 * change it, {@link #replay}, live and in recovery. Used by one thread.
 */
final class ControlState {

    private final Map<String, PipelineAdmitted> admitted = new TreeMap<>();
    private final Map<String, PhaseChanged> phases = new TreeMap<>();
    private final Map<SlotId, SlotAssigned> slots = new TreeMap<>();
    private final Map<SlotId, SlotFollowed> followers = new TreeMap<>();
    private final Map<String, CheckpointTriggered> checkpoints = new TreeMap<>();
    private final Map<String, PipelineDeleted> deleted = new TreeMap<>();
    private final Map<String, StageScaled> scales = new TreeMap<>();
    private final Map<String, PipelineRestored> restores = new TreeMap<>();
    private final Map<String, InboxesTrimmed> trims = new TreeMap<>();
    private final Map<String, RecordPoisoned> poisoned = new TreeMap<>();
    private @Nullable LeaderElected leader;

    /** Returns what a log says by now; closes the reader. */
    static ControlState read(ControlLogReader log) {
        ControlState state = new ControlState();
        try (log) {
            while (!log.caughtUp()) {
                log.poll(100).forEach(state::replay);
            }
        }
        return state;
    }

    void replay(ControlRecord decision) {
        if (decision instanceof PipelineAdmitted pipeline) {
            deleted.remove(pipeline.name());
            admitted.put(pipeline.name(), pipeline);
        } else if (decision instanceof PipelineDeleted gone) {
            admitted.remove(gone.name());
            deleted.put(gone.name(), gone);
        } else if (decision instanceof StageScaled scaled) {
            scales.put(scaled.key(), scaled);
        } else if (decision instanceof RecordPoisoned found) {
            poisoned.put(found.key(), found);
        } else if (decision instanceof PhaseChanged phase) {
            phases.put(phase.name(), phase);
        } else if (decision instanceof SlotAssigned slot) {
            slots.put(slot.slot(), slot);
        } else if (decision instanceof SlotFollowed followed) {
            followers.put(followed.slot(), followed);
        } else if (decision instanceof CheckpointTriggered checkpoint) {
            checkpoints.put(checkpoint.pipeline(), checkpoint);
        } else if (decision instanceof PipelineRestored restored) {
            restores.put(restored.pipeline(), restored);
        } else if (decision instanceof InboxesTrimmed trimmed) {
            trims.put(trimmed.pipeline(), trimmed);
        } else if (decision instanceof LeaderElected elected) {
            leader = elected;
        }
    }

    Collection<PipelineAdmitted> pipelines() {
        return admitted.values();
    }

    Optional<PipelineAdmitted> pipeline(String name) {
        return Optional.ofNullable(admitted.get(name));
    }

    /** Returns the incarnation of the next run of a pipeline of this name from the start. */
    Incarnation nextIncarnation(String name) {
        PipelineAdmitted run = admitted.get(name);
        if (run != null) {
            return run.incarnation().next();
        }
        PipelineDeleted gone = deleted.get(name);
        return gone == null ? Incarnation.FIRST : gone.incarnation().next();
    }

    /** Returns how many workers a stage is spread over at most; 0 for as many as there are. */
    int workers(String pipeline, String stageUid) {
        StageScaled scaled = scales.get(new StageScaled(pipeline, stageUid, 0).key());
        return scaled == null ? 0 : scaled.workers();
    }

    /** Returns the limits of a pipeline's stages that are set. */
    List<StageScaled> scales(String pipeline) {
        return scales.values().stream()
                .filter(scaled -> scaled.pipeline().equals(pipeline) && scaled.workers() > 0)
                .toList();
    }

    /** Returns the rows at which slots of a run have failed, parked or not. */
    List<RecordPoisoned> poisoned(PipelineAdmitted run) {
        return poisoned.values().stream()
                .filter(found -> found.slot().pipeline().equals(run.name())
                        && found.instance().equals(run.instance()))
                .toList();
    }

    /** Returns the phase of the pipeline's newest run: RUNNING when nothing else was said of it. */
    Phase phase(PipelineAdmitted run) {
        PhaseChanged changed = phases.get(run.name());
        return changed != null && changed.instance().equals(run.instance()) ? changed.phase() : Phase.RUNNING;
    }

    String reason(PipelineAdmitted run) {
        PhaseChanged changed = phases.get(run.name());
        return changed != null && changed.instance().equals(run.instance()) ? changed.reason() : "";
    }

    /** Returns who has the slot in this run. */
    Optional<SlotAssigned> assignment(PipelineAdmitted run, SlotId slot) {
        return Optional.ofNullable(slots.get(slot))
                .filter(assigned -> assigned.instance().equals(run.instance()));
    }

    /** Returns the slot's newest epoch, of any run. */
    LeaseEpoch epoch(SlotId slot) {
        SlotAssigned assigned = slots.get(slot);
        return assigned == null ? LeaseEpoch.NONE : assigned.epoch();
    }

    /** Returns the slot's last record, of any run. */
    Optional<SlotAssigned> lastAssignment(SlotId slot) {
        return Optional.ofNullable(slots.get(slot));
    }

    /** Returns the names of the workers that keep the slot's state at hand in this run, sorted. */
    List<String> followers(PipelineAdmitted run, SlotId slot) {
        SlotFollowed followed = followers.get(slot);
        return followed == null || !followed.instance().equals(run.instance()) ? List.of() : followed.workers();
    }

    /** Returns whether a worker is to keep the slot's state at hand in a run. */
    boolean follows(SlotId slot, String instance, String workerName) {
        SlotFollowed followed = followers.get(slot);
        return followed != null
                && followed.instance().equals(instance)
                && followed.workers().contains(workerName);
    }

    /** Returns the number of the pipeline's last checkpoint, 0 before the first. */
    long checkpoint(String pipeline) {
        CheckpointTriggered last = checkpoints.get(pipeline);
        return last == null ? 0 : last.number();
    }

    /** Returns the savepoint that a run begins from, unless it is all written. */
    Optional<PipelineRestored> unrestored(PipelineAdmitted run) {
        return Optional.ofNullable(restores.get(run.name()))
                .filter(restored -> restored.instance().equals(run.instance()) && !restored.complete());
    }

    /** Returns whether a savepoint is to be written into this run. */
    boolean restores(PipelineAdmitted run) {
        return pipeline(run.name())
                .filter(newest -> newest.instance().equals(run.instance()))
                .filter(newest -> phase(newest) == Phase.RESTORING)
                .isPresent();
    }

    /** Returns the names of the workers that were given slots of a pipeline last, in whatever run. */
    Set<String> lastOwners(String pipeline) {
        Set<String> names = new TreeSet<>();
        slots.values().stream()
                .filter(assigned -> assigned.slot().pipeline().equals(pipeline))
                .forEach(assigned -> names.add(assigned.worker().name()));
        return names;
    }

    /** Returns how far the inboxes of a pipeline are trimmed. */
    InboxesTrimmed trimmed(String pipeline) {
        return trims.getOrDefault(pipeline, new InboxesTrimmed(pipeline, List.of()));
    }

    /** Returns what was trimmed of all inboxes. */
    Collection<InboxesTrimmed> trims() {
        return trims.values();
    }

    Optional<LeaderElected> leader() {
        return Optional.ofNullable(leader);
    }

    /** Returns the last record of each key: what is left of the log once it is compacted. */
    List<ControlRecord> records() {
        List<ControlRecord> records = new ArrayList<>(admitted.values());
        records.addAll(deleted.values());
        records.addAll(scales.values());
        records.addAll(phases.values());
        records.addAll(slots.values());
        records.addAll(followers.values());
        records.addAll(checkpoints.values());
        records.addAll(trims.values());
        records.addAll(poisoned.values());
        records.addAll(restores.values());
        if (leader != null) {
            records.add(leader);
        }
        return records;
    }

    /** Returns all slots of a run. */
    static List<SlotId> slots(PipelineAdmitted run) {
        List<SlotId> slots = new ArrayList<>();
        run.plan().stages().forEach(stage -> {
            for (int partition = 0; partition < stage.slots(); partition++) {
                slots.add(new SlotId(run.name(), stage.id(), partition));
            }
        });
        return slots;
    }
}
