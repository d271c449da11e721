package io.weirflow.coordinator.savepoint;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.frame.ReplayedRecord;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.savepoint.SavepointBlock;
import io.weirflow.protocol.savepoint.SavepointManifest;
import io.weirflow.protocol.savepoint.SavepointManifest.SlotPart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes a savepoint while the pipeline runs, out of the log alone: no slot notices. What it holds is what a crash of all workers at one moment might have
 * left, so to restore it is to recover:
 *
 * <ol>
 *   <li>of each slot's changelog, a prefix that ends where no transaction is open: its newest checkpoint there, and the numbers of published rows;
 *   <li>then, stage by stage against the stream, where the inboxes end: every frame in the cut was made from records of its sender's inbox that are
 *       in the cut, too, because that inbox is looked at later;
 *   <li>then, of each changelog, how far any life of the slot may have come by then, and that it was with the version of its stage that the savepoint
 *       is of (rule R12);
 *   <li>of each inbox, what lies between the slot's checkpoint and that end.
 * </ol>
 *
 * Used once, by one thread.
 */
public final class SavepointTaker {

    /** Half of what changelogs wait before they compact a record away: within that time, what was read and what is read now belong together. */
    private static final long MAX_ROUND_MS = 30_000;

    private static final int MAX_ROUNDS = 20;

    private final SavepointLog log;
    private final RunDecisions decisions;
    private final BlockTarget target;
    private final LongSupplier clockMs;
    private final Map<SlotId, Part> parts = new TreeMap<>();

    /** What was found of a slot. */
    private static final class Part {
        Progress progress;
        Progress newest;
        long copiedTo;
        long changes;
        long inboxEnd;
        long inboxRecords;

        Part(Incarnation incarnation) {
            progress = Progress.initial(incarnation);
            newest = progress;
        }
    }

    /** @param clockMs milliseconds of a clock that never goes back */
    public SavepointTaker(SavepointLog log, RunDecisions decisions, BlockTarget target, LongSupplier clockMs) {
        this.log = log;
        this.decisions = decisions;
        this.target = target;
        this.clockMs = clockMs;
    }

    /**
     * Writes all blocks.
     *
     * @param takenAtMs what the manifest says
     * @throws SavepointFailure when it cannot be taken now
     */
    public SavepointManifest take(PipelineAdmitted run, String name, long takenAtMs) {
        Pipeline plan = run.plan();
        for (StagePlan stage : plan.stages()) {
            for (int partition = 0; partition < stage.slots(); partition++) {
                Part part = new Part(run.incarnation());
                parts.put(new SlotId(plan.name(), stage.id(), partition), part);
                copyChangelog(run, stage, partition, part);
            }
        }
        againstTheStream(plan)
                .forEach(stage -> inboxes(plan, stage).forEach((slot, inbox) -> part(slot).inboxEnd = log.end(inbox)));
        parts.forEach((slot, part) -> lookHowFarItIs(run, slot, part));
        checkParked(run);
        plan.stages().forEach(stage -> inboxes(plan, stage).forEach((slot, inbox) -> copyInbox(run, slot, inbox)));
        SavepointManifest manifest = manifest(run, name, takenAtMs);
        target.write(new SavepointBlock.Manifest(manifest));
        target.write(new SavepointBlock.End());
        return manifest;
    }

    private SavepointManifest manifest(PipelineAdmitted run, String name, long takenAtMs) {
        return new SavepointManifest(
                name,
                run.name(),
                run.instance(),
                run.incarnation(),
                run.fingerprint(),
                run.baseDir(),
                takenAtMs,
                run.plan(),
                parts.entrySet().stream()
                        .map(entry -> slotPart(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private static SlotPart slotPart(SlotId slot, Part part) {
        return new SlotPart(
                slot.stage(),
                slot.partition(),
                part.progress.checkpoint(),
                part.progress.nextPosition(),
                part.changes,
                part.inboxRecords,
                part.newest.course().reach());
    }

    private Part part(SlotId slot) {
        Part part = parts.get(slot);
        if (part == null) {
            throw new IllegalArgumentException("no slot " + slot);
        }
        return part;
    }

    private static Map<SlotId, LogPartition> inboxes(Pipeline plan, StagePlan stage) {
        Map<SlotId, LogPartition> inboxes = new TreeMap<>();
        for (int partition = 0; stage.input() instanceof StageInput.Inbox && partition < stage.slots(); partition++) {
            inboxes.put(
                    new SlotId(plan.name(), stage.id(), partition),
                    new LogPartition(Names.inboxTopic(plan.name(), stage.uid()), partition));
        }
        return inboxes;
    }

    /** Returns the stages so that each comes after all that it sends to. */
    static List<StagePlan> againstTheStream(Pipeline plan) {
        List<StagePlan> ordered = new ArrayList<>();
        Set<Integer> visited = new HashSet<>();
        plan.stages().forEach(stage -> visit(plan, stage, visited, ordered));
        return ordered;
    }

    private static void visit(Pipeline plan, StagePlan stage, Set<Integer> visited, List<StagePlan> ordered) {
        if (visited.add(stage.id())) {
            stage.steps().forEach(step -> {
                if (step.spec() instanceof StepSpec.Send send) {
                    visit(plan, plan.stage(send.stage()), visited, ordered);
                }
            });
            ordered.add(stage);
        }
    }

    /** Reads in rounds, until one is so short that nothing that was not read yet can have been compacted away meanwhile. */
    private void copyChangelog(PipelineAdmitted run, StagePlan stage, int partition, Part part) {
        LogPartition changelog = changelog(run, stage, partition);
        part.copiedTo = log.stableEnd(changelog);
        long from = begin(changelog, part.copiedTo, run.incarnation());
        if (from < 0) {
            return;
        }
        ChangesWriter writer = new ChangesWriter(target, stage.id(), partition);
        for (int round = 0; round < MAX_ROUNDS; round++) {
            long beganMs = clockMs.getAsLong();
            long to = log.stableEnd(changelog);
            if (to > from) {
                log.readCommitted(changelog, from, to, (offset, key, value) -> {
                    writer.add(key, value);
                    part.progress = progress(run.incarnation(), key, value, part.progress);
                });
                from = to;
            }
            part.copiedTo = from;
            if (clockMs.getAsLong() - beganMs < MAX_ROUND_MS) {
                writer.flush();
                part.changes = writer.count();
                return;
            }
        }
        throw new SavepointFailure(
                "the changelog " + changelog + " grows faster than it can be read; try again when there is less to do",
                null);
    }

    private static LogPartition changelog(PipelineAdmitted run, StagePlan stage, int partition) {
        return new LogPartition(Names.changelogTopic(run.name(), stage.uid()), partition);
    }

    /** Returns the progress that a record of a changelog holds, or the one before when it holds none. */
    private static Progress progress(Incarnation incarnation, byte[] key, byte @Nullable [] value, Progress before) {
        if (value == null || !Arrays.equals(key, ProgressCodec.progressKey())) {
            return before;
        }
        Progress progress = ProgressCodec.decode(value);
        if (!progress.incarnation().equals(incarnation)) {
            throw new SavepointFailure("another run of the pipeline has begun meanwhile; try again", null);
        }
        return progress;
    }

    /**
     * Inboxes hold what slots have made of records behind their checkpoints, so what is restored has to be processed by the same version up to there. How far that is was
     * committed before the records were taken; so it is read to the end of what is durable, not to the last stable offset (fact K10).
     */
    private void lookHowFarItIs(PipelineAdmitted run, SlotId slot, Part part) {
        StagePlan stage = run.plan().stage(slot.stage());
        part.newest = newest(run, slot, part);
        checkVersion(run, stage, part.progress);
        checkVersion(run, stage, part.newest);
    }

    /** Returns the newest durable progress of a slot. */
    private Progress newest(PipelineAdmitted run, SlotId slot, Part part) {
        LogPartition changelog = changelog(run, run.plan().stage(slot.stage()), slot.partition());
        Progress[] newest = {part.progress};
        long end = log.end(changelog);
        if (end > part.copiedTo) {
            log.readCommitted(
                    changelog,
                    part.copiedTo,
                    end,
                    (offset, key, value) -> newest[0] = progress(run.incarnation(), key, value, newest[0]));
        }
        return newest[0];
    }

    private static void checkVersion(PipelineAdmitted run, StagePlan stage, Progress progress) {
        boolean never = progress.equals(Progress.initial(run.incarnation()));
        if (!never && progress.course().stageVersion() != stage.version()) {
            throw new SavepointFailure(
                    "an upgrade of stage '" + stage.name()
                            + "' is under way; try again when all its slots have gone over",
                    null);
        }
    }

    /** A row that slots pass over has another place in another run, where nobody has decided on it. */
    private void checkParked(PipelineAdmitted run) {
        for (RecordPoisoned parked : decisions.parked(run)) {
            StagePlan stage = run.plan().stage(parked.slot().stage());
            boolean ofVersion = parked.poison().stageVersion() == stage.version();
            if (ofVersion
                    && parked.poison().position()
                            >= part(parked.slot()).progress.nextPosition()) {
                throw new SavepointFailure(
                        "row " + parked.poison().place() + " of stage '" + stage.name() + "', slot "
                                + parked.slot().partition() + ", is parked, and the slot has no checkpoint behind it"
                                + " yet; try again when the pipeline has gone on for a while",
                        null);
            }
        }
    }

    /** Returns where the changelog of the run begins, or -1 when the slot was never opened in it. */
    private long begin(LogPartition changelog, long to, Incarnation incarnation) {
        if (incarnation.equals(Incarnation.FIRST)) {
            return 0;
        }
        long[] begin = {-1};
        log.readCommitted(changelog, 0, to, (offset, key, value) -> {
            if (value != null
                    && Arrays.equals(key, ProgressCodec.beginKey())
                    && ProgressCodec.decodeBegin(value).equals(incarnation)) {
                begin[0] = offset + 1;
            }
        });
        return begin[0];
    }

    /**
     * Returns the first record of an inbox that the slot needs. Before its first checkpoint a slot has read what is still there: only other runs' frames were trimmed. That
     * it has had none is looked for once more, and behind the last stable offset: an inbox is trimmed for a checkpoint that is durable, which may be one that the copy of
     * the changelog does not have (fact K10).
     */
    private long neededFrom(PipelineAdmitted run, SlotId slot, LogPartition inbox) {
        Part part = part(slot);
        long start = log.start(inbox);
        boolean first = part.progress.checkpoint() == 0;
        if (first && start > 0 && newest(run, slot, part).checkpoint() > 0) {
            throw new SavepointFailure(
                    "the first checkpoint of stage '"
                            + run.plan().stage(slot.stage()).name() + "', slot " + slot.partition()
                            + ", was taken meanwhile, and inbox " + inbox + " may have been trimmed for it; try again",
                    null);
        }
        long from = first ? start : part.progress.nextPosition();
        if (from < start) {
            throw new SavepointFailure(
                    "inbox " + inbox + " was trimmed up to offset " + start + " meanwhile, and " + from
                            + " is needed; try again",
                    null);
        }
        return from;
    }

    private void copyInbox(PipelineAdmitted run, SlotId slot, LogPartition inbox) {
        Part part = part(slot);
        long from = neededFrom(run, slot, inbox);
        List<ReplayedRecord> batch = new ArrayList<>();
        long[] bytes = {0};
        if (part.inboxEnd > from) {
            log.readAll(inbox, from, part.inboxEnd, (offset, timestampMs, value) -> {
                // One that was copied once already keeps the place that it had first.
                batch.add(
                        ReplayedRecord.is(value)
                                ? ReplayedRecord.decode(value)
                                : new ReplayedRecord(run.incarnation(), offset, timestampMs, value));
                part.inboxRecords++;
                bytes[0] += value.length;
                if (bytes[0] >= ChangesWriter.BLOCK_BYTES) {
                    target.write(new SavepointBlock.InboxRecords(slot.stage(), slot.partition(), batch));
                    batch.clear();
                    bytes[0] = 0;
                }
            });
        }
        if (!batch.isEmpty()) {
            target.write(new SavepointBlock.InboxRecords(slot.stage(), slot.partition(), batch));
        }
    }
}
