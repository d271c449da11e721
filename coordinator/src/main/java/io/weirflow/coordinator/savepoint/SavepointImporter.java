package io.weirflow.coordinator.savepoint;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.frame.ReplayedRecord;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.protocol.savepoint.RestoredProgress;
import io.weirflow.protocol.savepoint.RestoredProgress.Span;
import io.weirflow.protocol.savepoint.SavepointBlock;
import io.weirflow.protocol.savepoint.SavepointBlock.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes a savepoint into the changelogs and inboxes of a new run, before any slot of it is opened. The progress of all slots comes last, in one
 * transaction. An import that did not get so far is done again from the start: its begin marks hide what the former has left.
 *
 * <p>It writes under a lease of its own, which the next import takes, and which is fenced before another run may begin. Used once, by one thread.
 */
public final class SavepointImporter implements AutoCloseable {

    private static final long COMMIT_BYTES = 8L << 20;

    private final SavepointLog log;
    private final Pipeline plan;
    private final Incarnation from;
    private final Incarnation to;
    private final BooleanSupplier wanted;
    private final LeaseLog lease;
    private final Map<SlotId, Long> inboxStarts = new TreeMap<>();
    private final Map<SlotId, Progress> progress = new TreeMap<>();
    private final Map<SlotId, Long> reach = new HashMap<>();
    private final Map<SlotId, Map<Integer, Long>> published = new HashMap<>();
    private final Map<SlotId, Map<Integer, Long>> intended = new HashMap<>();
    private List<LogRecord> waiting = new ArrayList<>();
    private long waitingBytes;

    /**
     * @param from the run that the savepoint was taken of
     * @param to the new run
     * @param wanted whether the control log, read to its end now, says that the run is to be restored
     */
    public SavepointImporter(
            SavepointLog log, Pipeline plan, Incarnation from, Incarnation to, BooleanSupplier wanted) {
        this.log = log;
        this.plan = plan;
        this.from = from;
        this.to = to;
        this.wanted = wanted;
        this.lease = log.openLease(Names.leaseTransactionalId(plan.name(), Names.RESTORER));
    }

    /**
     * Takes the lease, and marks where the new run begins. To take the lease may be to take it back after it was fenced, so what was decided before does not
     * count (rule R7): whatever is decided from now on to replace the run fences it first.
     */
    public void begin() {
        lease.acquire();
        if (!wanted.getAsBoolean()) {
            throw new LogException(LogException.Kind.FENCED, "the run is not to be restored any more", null);
        }
        for (StagePlan stage : plan.stages()) {
            for (int partition = 0; partition < stage.slots(); partition++) {
                SlotId slot = new SlotId(plan.name(), stage.id(), partition);
                progress.put(slot, Progress.initial(from));
                if (stage.input() instanceof StageInput.Inbox) {
                    inboxStarts.put(slot, log.end(inbox(slot)));
                }
                add(changelogRecord(slot, ProgressCodec.beginKey(), ProgressCodec.encodeBegin(to)));
            }
        }
        commit();
    }

    /** Writes what a block holds. */
    public void write(SavepointBlock block) {
        if (block instanceof SavepointBlock.Changes changes) {
            SlotId slot = new SlotId(plan.name(), changes.stage(), changes.partition());
            changes.changes().forEach(change -> write(slot, change));
        } else if (block instanceof SavepointBlock.InboxRecords records) {
            SlotId slot = new SlotId(plan.name(), records.stage(), records.partition());
            records.records().forEach(record -> write(slot, record));
        } else if (block instanceof SavepointBlock.Manifest manifest) {
            manifest.manifest()
                    .slots()
                    .forEach(slot -> reach.put(new SlotId(plan.name(), slot.stage(), slot.partition()), slot.reach()));
        }
    }

    private void write(SlotId slot, ReplayedRecord record) {
        LogPartition inbox = inbox(slot);
        add(new LogRecord(
                inbox.topic(), inbox.partition(), null, record.inRun(from, to).encode()));
    }

    private void write(SlotId slot, Change change) {
        byte[] key = change.key();
        byte[] value = change.value();
        OptionalInt step = ProgressCodec.stepOfPublishedKey(key);
        if (Arrays.equals(key, ProgressCodec.beginKey())) {
            return;
        }
        if (value != null && Arrays.equals(key, ProgressCodec.progressKey())) {
            progress.put(slot, ProgressCodec.decode(value));
        } else if (value != null && step.isPresent()) {
            published
                    .computeIfAbsent(slot, any -> new TreeMap<>())
                    .put(step.getAsInt(), ProgressCodec.decodePublished(value, from));
            intended.computeIfAbsent(slot, any -> new TreeMap<>())
                    .put(step.getAsInt(), ProgressCodec.decodeIntent(value, from));
        } else {
            add(changelogRecord(slot, key, value));
        }
    }

    /** Writes the progress of all slots; returns it. Only now they would begin with what was written. */
    public Map<SlotId, Progress> finish() {
        commit();
        Map<SlotId, Progress> restored = new TreeMap<>();
        progress.forEach((slot, saved) -> {
            Progress begins = RestoredProgress.of(
                    saved.withPublished(published.getOrDefault(slot, Map.of()))
                            .withIntents(intended.getOrDefault(slot, Map.of())),
                    reach.getOrDefault(slot, saved.course().reach()),
                    plan.stage(slot.stage()),
                    to,
                    written(slot));
            restored.put(slot, begins);
            begins.sinks().stream()
                    .forEach(sink -> add(changelogRecord(
                            slot,
                            ProgressCodec.publishedKey(sink.step()),
                            ProgressCodec.encodeLedger(to, sink.publishedSequence(), sink.intendedSequence()))));
            waiting.add(changelogRecord(slot, ProgressCodec.progressKey(), ProgressCodec.encode(begins)));
        });
        commit();
        return restored;
    }

    /** Returns where the slot's records are. Somebody who knows nothing of the new run may have appended others meanwhile. */
    private Span written(SlotId slot) {
        Long start = inboxStarts.get(slot);
        return start == null ? new Span(0, 0) : new Span(start, log.end(inbox(slot)));
    }

    private LogPartition inbox(SlotId slot) {
        return new LogPartition(
                Names.inboxTopic(plan.name(), plan.stage(slot.stage()).uid()), slot.partition());
    }

    private LogRecord changelogRecord(SlotId slot, byte[] key, byte @Nullable [] value) {
        String topic =
                Names.changelogTopic(plan.name(), plan.stage(slot.stage()).uid());
        return new LogRecord(topic, slot.partition(), key, value);
    }

    private void add(LogRecord record) {
        waiting.add(record);
        byte[] value = record.value();
        waitingBytes += value == null ? 0 : value.length;
        if (waitingBytes >= COMMIT_BYTES) {
            commit();
        }
    }

    private void commit() {
        if (!waiting.isEmpty()) {
            var unused = lease.commit(waiting);
            waiting = new ArrayList<>();
            waitingBytes = 0;
        }
    }

    @Override
    public void close() {
        lease.close();
    }
}
