package io.weirflow.worker.slot;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at every transaction when it commits: OutputBeforeCommit, AtomicCheckpoint, DeltaBase, MonotonicCheckpoint, FenceBeforeRead, Chain and
 * SinkAtomic.
 */
final class CommitCheck {

    private final Map<LogPartition, FrameCheck> inboxes;
    private final Map<LogPartition, Progress> progress = new HashMap<>();
    private final Map<String, Long> published = new HashMap<>();

    /** Who has read a changelog last to open its slot. */
    private final Map<LogPartition, String> owners = new HashMap<>();

    private int checkpoints;

    CommitCheck(Map<LogPartition, FrameCheck> inboxes) {
        this.inboxes = inboxes;
    }

    /** Returns the number of checkpoints that were committed. */
    int checkpoints() {
        return checkpoints;
    }

    boolean finished(LogPartition changelog) {
        Progress last = progress.get(changelog);
        return last != null && last.finished();
    }

    void opened(LogPartition changelog, String transactionalId) {
        owners.put(changelog, transactionalId);
    }

    void committed(String transactionalId, List<LogRecord> records) {
        Map<String, Long> rows = new HashMap<>();
        Map<String, Long> numbers = new HashMap<>();
        boolean[] stateWithoutProgress = {false};
        for (LogRecord record : records) {
            if (record.topic().equals(SimPlan.OUT_TOPIC)) {
                String value = new String(record.value(), StandardCharsets.UTF_8);
                rows.merge(value.substring(0, value.indexOf(':', value.indexOf(':') + 1)), 1L, Long::sum);
            } else {
                changelog(transactionalId, record, numbers, stateWithoutProgress);
            }
        }
        if (stateWithoutProgress[0]) {
            throw new Violation("AtomicCheckpoint", "state was committed without its progress");
        }
        checkSinks(rows, numbers);
    }

    private void changelog(
            String transactionalId, LogRecord record, Map<String, Long> numbers, boolean[] stateWithoutProgress) {
        LogPartition changelog = new LogPartition(record.topic(), record.partition());
        if (!transactionalId.equals(owners.get(changelog))) {
            throw new Violation(
                    "FenceBeforeRead",
                    transactionalId + " commits to " + changelog + " although " + owners.get(changelog)
                            + " has read it since");
        }
        byte[] key = record.key();
        if (Arrays.equals(key, ProgressCodec.progressKey())) {
            stateWithoutProgress[0] = false;
            checkpoint(changelog, ProgressCodec.decode(record.value()));
        } else if (ProgressCodec.stepOfPublishedKey(key).isPresent()) {
            String sink = ProgressCodec.stepOfPublishedKey(key).getAsInt() == 0 ? "rows" : "sums";
            numbers.put(
                    sink + ":" + changelog.partition(),
                    ProgressCodec.decodePublished(record.value(), Incarnation.FIRST));
        } else if (!ProgressCodec.isEngineKey(key)) {
            stateWithoutProgress[0] = true;
        }
    }

    private void checkSinks(Map<String, Long> rows, Map<String, Long> numbers) {
        numbers.forEach((sink, number) -> {
            long before = published.getOrDefault(sink, 0L);
            if (number - before != rows.getOrDefault(sink, 0L)) {
                throw new Violation(
                        "SinkAtomic",
                        sink + " published " + rows.getOrDefault(sink, 0L) + " rows as " + (before + 1) + " to "
                                + number);
            }
            published.put(sink, number);
        });
        rows.keySet().removeAll(numbers.keySet());
        if (!rows.isEmpty()) {
            throw new Violation("SinkAtomic", "rows were published without their number: " + rows);
        }
    }

    private void checkpoint(LogPartition changelog, Progress now) {
        checkpoints++;
        Progress before = progress.getOrDefault(changelog, Progress.initial(Incarnation.FIRST));
        if (now.checkpoint() != before.checkpoint() + 1) {
            throw new Violation(
                    "DeltaBase", changelog + ": checkpoint " + now.checkpoint() + " follows " + before.checkpoint());
        }
        if (now.nextPosition() < before.nextPosition()
                || now.watermarkMs() < before.watermarkMs()
                || before.finished()) {
            throw new Violation("MonotonicCheckpoint", changelog + ": " + now + " follows " + before);
        }
        progress.put(changelog, now);
        int stage = stageOf(changelog);
        now.outputs()
                .forEach(output -> checkOutput(new SenderId(stage, Incarnation.FIRST, changelog.partition()), output));
        now.senders().forEach(sender -> {
            LogPartition inbox = inbox(stage, changelog.partition());
            long model = inboxes.get(inbox).acceptedBefore(now.nextPosition(), sender.sender());
            if (model != sender.lastSequence()) {
                throw new Violation(
                        "Chain",
                        inbox + " before " + now.nextPosition() + ": accepted " + sender.lastSequence() + " of "
                                + sender.sender() + " in place of " + model);
            }
        });
    }

    private void checkOutput(SenderId self, Progress.OutputState output) {
        LogPartition inbox = inbox(output.stage(), output.partition());
        long there = inboxes.get(inbox).acceptedBefore(Long.MAX_VALUE, self);
        if (there < output.lastSequence()) {
            throw new Violation(
                    "OutputBeforeCommit",
                    self + " checkpoints rows up to " + output.lastSequence() + " to " + inbox + ", which has "
                            + there);
        }
    }

    static LogPartition inbox(int stage, int partition) {
        return new LogPartition(Names.inboxTopic(SimPlan.NAME, uid(stage)), partition);
    }

    static LogPartition changelog(int stage, int partition) {
        return new LogPartition(Names.changelogTopic(SimPlan.NAME, uid(stage)), partition);
    }

    static String uid(int stage) {
        return List.of("events", "work", "out").get(stage);
    }

    private static int stageOf(LogPartition changelog) {
        for (int stage = 0; stage < 2; stage++) {
            if (changelog.topic().equals(Names.changelogTopic(SimPlan.NAME, uid(stage)))) {
                return stage;
            }
        }
        return 2;
    }
}
