package io.weirflow.coordinator;

import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed.Trim;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.SlotId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Decides which records of inboxes are not needed any more (rule R14): those before the committed progress of the slot that reads them, as its owner
 * reports it under the slot's newest epoch. A slot never goes back behind its committed progress, wherever it is opened and however old the local state is
 * that it begins with, so a report that is late or comes twice says too little and never too much. One of a former epoch does not count: it may be of a
 * slot of a former run, which passes over frames of this one.
 *
 * <p>Only inboxes are trimmed. What a stage reads from a user's log is the user's.
 */
final class Trimming {

    /** What is less than worth a step of its own waits for as many intervals. */
    private static final int PATIENCE = 10;

    private final Policy policy;

    Trimming(Policy policy) {
        this.policy = policy;
    }

    /** Returns how far to trim now, for all pipelines that have come far enough. */
    Optional<Decision> next(ControlState control, Observations seen, Moment now) {
        List<ControlRecord> due = new ArrayList<>();
        for (PipelineAdmitted run : control.pipelines()) {
            if (control.phase(run).active() && !seen.keepsInboxes(run.name())) {
                trim(run, control, seen, now).ifPresent(due::add);
            }
        }
        return due.isEmpty() ? Optional.empty() : Optional.of(new Decision(List.of(), due));
    }

    private Optional<ControlRecord> trim(PipelineAdmitted run, ControlState control, Observations seen, Moment now) {
        long beforeMs = seen.trimmedAtMs(run.name());
        if (!now.hasCome(beforeMs + policy.trimIntervalMs())) {
            return Optional.empty();
        }
        InboxesTrimmed before = control.trimmed(run.name());
        TreeMap<String, Trim> all = new TreeMap<>();
        before.inboxes().forEach(one -> all.put(key(one), one));
        long most = 0;
        for (StagePlan stage : run.plan().stages()) {
            for (int partition = 0; isInbox(stage) && partition < stage.slots(); partition++) {
                SlotId slot = new SlotId(run.name(), stage.id(), partition);
                long advance = committed(run, slot, control, seen) - before.before(stage.uid(), partition);
                if (advance > 0) {
                    Trim trim = new Trim(stage.uid(), partition, before.before(stage.uid(), partition) + advance);
                    all.put(key(trim), trim);
                    most = Math.max(most, advance);
                }
            }
        }
        boolean worthIt =
                most >= policy.trimRecords() || most > 0 && now.hasCome(beforeMs + PATIENCE * policy.trimIntervalMs());
        return worthIt ? Optional.of(new InboxesTrimmed(run.name(), inOrder(all.values()))) : Optional.empty();
    }

    private static String key(Trim trim) {
        return trim.stage() + "/" + trim.partition();
    }

    private static List<Trim> inOrder(Iterable<Trim> trims) {
        List<Trim> sorted = new ArrayList<>();
        trims.forEach(sorted::add);
        sorted.sort(Comparator.comparing(Trim::stage).thenComparingInt(Trim::partition));
        return sorted;
    }

    private static boolean isInbox(StagePlan stage) {
        return stage.input() instanceof StageInput.Inbox;
    }

    /** Returns the offset that the slot's newest reported checkpoint goes on at, 0 when there is none. */
    private static long committed(PipelineAdmitted run, SlotId slot, ControlState control, Observations seen) {
        return control.assignment(run, slot)
                .flatMap(seen::status)
                .map(Trimming::position)
                .orElse(0L);
    }

    private static long position(SlotStatus status) {
        if (status instanceof SlotStatus.Running running) {
            return running.nextPosition();
        }
        return status instanceof SlotStatus.Finished finished ? finished.nextPosition() : 0;
    }
}
