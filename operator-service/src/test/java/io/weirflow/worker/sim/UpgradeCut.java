package io.weirflow.worker.sim;

import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.Progress.OutputState;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.worker.slot.SimPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Records before a cut are processed by the old version of a stage, after it by the new (R12): rows bear the mark of the version that made them, and
 * the checkpoint at the cut says which numbers they had until then.
 */
final class UpgradeCut extends Checker {

    private record Way(SenderId sender, LogPartition inbox) {}

    private record Version(Incarnation incarnation, int stage, int version) {}

    private record Row(long sequence, long mark) {}

    private final Map<Version, Long> marks = new HashMap<>();
    private final Map<Way, List<Row>> rows = new HashMap<>();

    /** For each slot, its versions in their order, and how many rows it had sent before each of them. */
    private final Map<SenderId, TreeMap<Integer, Map<LogPartition, Long>>> cuts = new HashMap<>();

    @Override
    void decided(ControlRecord decision) {
        if (decision instanceof PipelineAdmitted run) {
            run.plan().stages().forEach(stage -> learn(run.incarnation(), stage));
        }
    }

    private void learn(Incarnation incarnation, StagePlan stage) {
        Version version = new Version(incarnation, stage.id(), stage.version());
        Long before = marks.put(version, SimPlan.markOf(stage));
        if (before != null && before != SimPlan.markOf(stage)) {
            throw violation(version + " was " + before + " and is now " + SimPlan.markOf(stage));
        }
    }

    @Override
    void sent(SentFrame frame) {
        Way way = new Way(frame.sender(), frame.inbox());
        long sequence = frame.firstSequence();
        for (SentFrame.SentRow sent : frame.rows()) {
            Row row = new Row(sequence++, sent.mark());
            check(way, row);
            rows.computeIfAbsent(way, any -> new ArrayList<>()).add(row);
        }
    }

    /** Versions before the one that the savepoint is of may have made it; which rows these are is known once the slot's progress is. */
    @Override
    void copied(SentFrame frame) {
        Way way = new Way(frame.sender(), frame.inbox());
        long sequence = frame.firstSequence();
        for (SentFrame.SentRow sent : frame.rows()) {
            rows.computeIfAbsent(way, any -> new ArrayList<>()).add(new Row(sequence++, sent.mark()));
        }
    }

    @Override
    void restored(Committed.Checkpoint begin) {
        Progress progress = begin.progress();
        SenderId slot = new SenderId(
                begin.stage(), progress.incarnation(), begin.changelog().partition());
        Map<LogPartition, Long> before = sentBefore(progress);
        cuts.put(slot, new TreeMap<>(Map.of(progress.course().stageVersion(), before)));
        rows.forEach((way, sent) -> {
            if (way.sender().equals(slot)) {
                sent.removeIf(row -> row.sequence() <= before.getOrDefault(way.inbox(), 0L));
                sent.forEach(row -> check(way, row));
            }
        });
    }

    @Override
    void committed(Committed transaction) {
        for (Committed.Checkpoint checkpoint : transaction.checkpoints()) {
            Progress progress = checkpoint.progress();
            SenderId slot = new SenderId(
                    checkpoint.stage(),
                    progress.incarnation(),
                    checkpoint.changelog().partition());
            TreeMap<Integer, Map<LogPartition, Long>> versions = versions(slot);
            int version = progress.course().stageVersion();
            if (version < versions.lastKey()) {
                throw violation(slot + " goes back from version " + versions.lastKey() + " to " + version);
            }
            if (version > versions.lastKey()) {
                versions.put(version, sentBefore(progress));
                rows.forEach((way, sent) -> {
                    if (way.sender().equals(slot)) {
                        sent.forEach(row -> check(way, row));
                    }
                });
            }
        }
    }

    private static Map<LogPartition, Long> sentBefore(Progress progress) {
        Map<LogPartition, Long> sent = new HashMap<>();
        for (OutputState output : progress.outputs()) {
            sent.put(Checkers.inbox(output.stage(), output.partition()), output.lastSequence());
        }
        return sent;
    }

    private TreeMap<Integer, Map<LogPartition, Long>> versions(SenderId slot) {
        return cuts.computeIfAbsent(slot, any -> new TreeMap<>(Map.of(StagePlan.FIRST_VERSION, Map.of())));
    }

    private void check(Way way, Row row) {
        if (marks.isEmpty()) {
            return; // Nobody decides on versions here.
        }
        int version = StagePlan.FIRST_VERSION;
        for (Map.Entry<Integer, Map<LogPartition, Long>> cut :
                versions(way.sender()).entrySet()) {
            if (row.sequence() > cut.getValue().getOrDefault(way.inbox(), 0L)) {
                version = cut.getKey();
            }
        }
        Long expected =
                marks.get(new Version(way.sender().incarnation(), way.sender().stage(), version));
        boolean unmarked = row.mark() == SimPlan.NO_MARK;
        if (!unmarked && (expected == null || expected != row.mark())) {
            throw violation(way + " has sent row " + row.sequence() + " with the mark " + row.mark()
                    + " although version " + version + ", whose mark is " + expected + ", was in force");
        }
    }

    /** Returns how many slots of a stage have gone over to another version. */
    int cuts(int stage) {
        return cuts.entrySet().stream()
                .filter(slot -> slot.getKey().stage() == stage)
                .mapToInt(slot -> slot.getValue().size() - 1)
                .sum();
    }
}
