package io.weirflow.coordinator;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LogPartition;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Slots that get a new owner because the lease of the former was fenced. Nobody can append to their changelogs from the fence until the new owner opens them, so
 * where these end then is where they end: who has followed them so far need not look (rule R11).
 */
final class FencedSlots {

    private final ControlState control;
    private final Set<Effect.FenceLease> fenced = new HashSet<>();

    /** @param control as it was when the decision was made */
    FencedSlots(ControlState control) {
        this.control = control;
    }

    /** This lease has been fenced. */
    void fenced(Effect.FenceLease lease) {
        fenced.add(lease);
    }

    /** Returns the records of a decision, those that assign such slots with the ends of their changelogs, as far as the cluster can tell. */
    List<ControlRecord> withEnds(List<ControlRecord> records, Cluster cluster) {
        Map<SlotId, LogPartition> changelogs = new LinkedHashMap<>();
        for (ControlRecord one : records) {
            if (one instanceof SlotAssigned assigned && isFenced(assigned)) {
                control.pipeline(assigned.slot().pipeline())
                        .ifPresent(run -> changelogs.put(assigned.slot(), changelog(run, assigned.slot())));
            }
        }
        if (changelogs.isEmpty()) {
            return records;
        }
        Map<LogPartition, Long> ends = cluster.ends(new LinkedHashSet<>(changelogs.values()));
        return records.stream()
                .map(one -> one instanceof SlotAssigned assigned && changelogs.containsKey(assigned.slot())
                        ? assigned.endingAt(ends.getOrDefault(changelogs.get(assigned.slot()), SlotAssigned.UNKNOWN))
                        : one)
                .toList();
    }

    private boolean isFenced(SlotAssigned assigned) {
        String pipeline = assigned.slot().pipeline();
        return control.lastAssignment(assigned.slot())
                .map(last -> new Effect.FenceLease(pipeline, last.worker().name()))
                .filter(fenced::contains)
                .isPresent();
    }

    private static LogPartition changelog(PipelineAdmitted run, SlotId slot) {
        String uid = run.plan().stage(slot.stage()).uid();
        return new LogPartition(Names.changelogTopic(run.name(), uid), slot.partition());
    }
}
