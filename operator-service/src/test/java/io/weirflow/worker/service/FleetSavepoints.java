package io.weirflow.worker.service;

import io.weirflow.coordinator.RefusedException;
import io.weirflow.coordinator.SavepointJobs;
import io.weirflow.coordinator.SimCoordinator;
import io.weirflow.coordinator.savepoint.RunDecisions;
import io.weirflow.coordinator.savepoint.SavepointFailure;
import io.weirflow.coordinator.savepoint.SavepointImporter;
import io.weirflow.coordinator.savepoint.SavepointLog;
import io.weirflow.coordinator.savepoint.SavepointTaker;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.protocol.savepoint.SavepointBlock;
import io.weirflow.protocol.savepoint.SavepointManifest;
import io.weirflow.protocol.savepoint.SavepointManifest.SlotPart;
import io.weirflow.testkit.log.CommitFaults;
import io.weirflow.testkit.log.MemoryLease;
import io.weirflow.testkit.log.MemoryLog;
import io.weirflow.worker.sim.Checkers;
import io.weirflow.worker.slot.SimPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Savepoints of a fleet: taken and restored by one coordinator's jobs, while everything else goes on between their steps. Files outlive coordinators. */
final class FleetSavepoints {

    private static final int CHECKPOINT_STEPS = 400;

    private final FleetWorld world;
    private final RunDecisions decisions;
    private final Map<String, List<SavepointBlock>> files = new TreeMap<>();

    FleetSavepoints(FleetWorld world) {
        this.world = world;
        RunDecisions read = SimCoordinator.decisions(() -> world.fleetLog.reader());
        this.decisions = new RunDecisions() {
            @Override
            public boolean restores(PipelineAdmitted run) {
                return world.bug() == Bug.SAVEPOINT_NOT_ASKED_AGAIN || read.restores(run);
            }

            @Override
            public List<RecordPoisoned> parked(PipelineAdmitted run) {
                return read.parked(run);
            }
        };
    }

    /** Returns what a savepoint is of. */
    SavepointManifest manifest(String name) {
        return files.getOrDefault(name, List.of()).stream()
                .filter(SavepointBlock.Manifest.class::isInstance)
                .map(block -> ((SavepointBlock.Manifest) block).manifest())
                .findFirst()
                .orElseThrow();
    }

    /** Returns the names of all that are whole. */
    List<String> names() {
        return List.copyOf(files.keySet());
    }

    /**
     * How many rows of each sink were visible, as far as a run that begins from the savepoint knows of them: the first rows of {@code SINK:SLOT}, such as
     * {@code rows:1}.
     */
    Map<String, Long> visible(String name) {
        Map<String, Long> visible = new HashMap<>();
        Map<SlotId, Progress> newest = new HashMap<>();
        for (SavepointBlock block : files.getOrDefault(name, List.of())) {
            if (block instanceof SavepointBlock.Changes changes) {
                SlotId slot = new SlotId(SimPlan.NAME, changes.stage(), changes.partition());
                changes.changes().forEach(change -> {
                    if (Arrays.equals(change.key(), ProgressCodec.progressKey())) {
                        newest.put(slot, ProgressCodec.decode(change.value()));
                    }
                    ProgressCodec.stepOfPublishedKey(change.key())
                            .ifPresent(step -> visible.merge(
                                    Checkers.SINKS.getOrDefault(step, Checkers.EFFECTS) + ":" + slot.partition(),
                                    ProgressCodec.decodePublished(
                                            change.value(), manifest(name).incarnation()),
                                    Math::max));
                });
            }
        }
        newest.forEach((slot, progress) -> progress.sinks().stream()
                .filter(sink -> slot.stage() == 2 && sink.step() == 2)
                .forEach(sink -> visible.put("outside:" + slot.partition(), sink.lastSequence())));
        return visible;
    }

    /** Returns the jobs of one coordinator. */
    Jobs jobs() {
        return new Jobs();
    }

    /** One coordinator's. They go on also while it sleeps or leads no more, as threads of their own do. */
    final class Jobs implements SavepointJobs {
        private final List<Runnable> waiting = new ArrayList<>();
        private final List<Ended> ended = new ArrayList<>();
        private final Set<String> restoring = new HashSet<>();
        private boolean atWork;

        /** Does a job that waits, if there is one. */
        void work() {
            if (!atWork && !waiting.isEmpty()) {
                atWork = true;
                waiting.remove(0).run();
                atWork = false;
            }
        }

        @Override
        public void take(PipelineAdmitted run, String name) {
            if (files.containsKey(name)) {
                throw new RefusedException("there is a savepoint " + name);
            }
            waiting.add(() -> {
                List<SavepointBlock> blocks = new ArrayList<>();
                String problem = "";
                try {
                    new SavepointTaker(new Log(), decisions, block -> blocks.add(planted(block)), world::nowMs)
                            .take(run, name, world.nowMs());
                    files.put(name, blocks);
                    world.note("savepoint " + name + " " + visible(name));
                } catch (SavepointFailure | LogException e) {
                    problem = String.valueOf(e.getMessage());
                    world.note("no savepoint " + name + ": " + problem);
                }
                ended.add(new Ended.Taken(run.name(), name, problem));
            });
        }

        private SavepointBlock planted(SavepointBlock block) {
            return block instanceof SavepointBlock.Manifest manifest && world.bug() == Bug.SAVEPOINT_REACH_FORGOTTEN
                    ? new SavepointBlock.Manifest(withoutReach(manifest.manifest()))
                    : block;
        }

        private static SavepointManifest withoutReach(SavepointManifest of) {
            List<SlotPart> slots = of.slots().stream()
                    .map(slot -> new SlotPart(
                            slot.stage(),
                            slot.partition(),
                            slot.checkpoint(),
                            slot.nextPosition(),
                            slot.changes(),
                            slot.inboxRecords(),
                            0))
                    .toList();
            return new SavepointManifest(
                    of.name(),
                    of.pipeline(),
                    of.instance(),
                    of.incarnation(),
                    of.fingerprint(),
                    of.baseDir(),
                    of.takenAtMs(),
                    of.plan(),
                    slots);
        }

        @Override
        public void restore(PipelineAdmitted run, String savepoint) {
            if (restoring.add(run.instance())) {
                waiting.add(() -> {
                    boolean again = !restored(run, savepoint);
                    restoring.remove(run.instance());
                    ended.add(new Ended.Restored(run.instance(), "", again));
                });
            }
        }

        private boolean restored(PipelineAdmitted run, String savepoint) {
            Incarnation from = manifest(savepoint).incarnation();
            try (SavepointImporter importer = new SavepointImporter(
                    new Log(), run.plan(), from, run.incarnation(), () -> decisions.restores(run))) {
                importer.begin();
                for (SavepointBlock block : files.getOrDefault(savepoint, List.of())) {
                    importer.write(block);
                }
                world.note("restored " + savepoint + " " + importer.finish());
                return true;
            } catch (LogException e) {
                world.note("not restored " + savepoint + ": " + e.getMessage());
                return false;
            }
        }

        @Override
        public List<Ended> ended() {
            List<Ended> all = List.copyOf(ended);
            ended.clear();
            return all;
        }

        @Override
        public List<Listed> list() {
            return List.of();
        }

        @Override
        public SavepointManifest read(String pipeline, String name) {
            return manifest(name);
        }

        @Override
        public void close() {}
    }

    /** The log, with everything else going on between any two looks at it. */
    private final class Log implements SavepointLog, CommitFaults {
        private final Map<LogPartition, Long> endsBefore = new HashMap<>();

        Log() {
            for (int stage = 1; stage < 3; stage++) {
                for (int partition = 0; partition < SimPlan.SLOTS; partition++) {
                    LogPartition inbox = Checkers.inbox(stage, partition);
                    endsBefore.put(inbox, world.log.end(inbox));
                }
            }
        }

        @Override
        public long stableEnd(LogPartition partition) {
            if (world.bug() == Bug.SAVEPOINT_INBOXES_FIRST) {
                // The mistake shows when checkpoints are taken in between, and that takes its time.
                world.others(CHECKPOINT_STEPS);
            }
            world.others();
            return world.log.lastStable(partition);
        }

        @Override
        public long start(LogPartition partition) {
            return world.log.start(partition);
        }

        @Override
        public long end(LogPartition partition) {
            world.others();
            if (!endsBefore.containsKey(partition)) {
                return world.bug() == Bug.SAVEPOINT_REACH_OF_CHECKPOINTS ? 0 : world.log.end(partition);
            }
            return world.bug() == Bug.SAVEPOINT_INBOXES_FIRST ? endsBefore.get(partition) : world.log.end(partition);
        }

        @Override
        public void readCommitted(LogPartition partition, long from, long to, ChangelogReader.Handler handler) {
            world.others();
            if (world.log.lastStable(partition) < to) {
                throw new LogException(LogException.Kind.RETRY, "a transaction is open in " + partition, null);
            }
            List<MemoryLog.Entry> entries = world.log.committed(partition).stream()
                    .filter(entry -> entry.offset() >= from && entry.offset() < to)
                    .toList();
            long torn = world.bug() == Bug.SAVEPOINT_TORN ? lastProgress(entries) : -1;
            entries.stream()
                    .filter(entry -> entry.offset() != torn)
                    .forEach(entry -> handler.record(entry.offset(), entry.key(), entry.value()));
        }

        private static long lastProgress(List<MemoryLog.Entry> entries) {
            return entries.stream()
                    .filter(entry -> Arrays.equals(entry.key(), ProgressCodec.progressKey()))
                    .mapToLong(MemoryLog.Entry::offset)
                    .max()
                    .orElse(-1);
        }

        @Override
        public void readAll(LogPartition partition, long from, long to, InboxHandler handler) {
            world.others();
            if (from < world.log.start(partition)) {
                throw new LogException(LogException.Kind.FATAL, "records of " + partition + " are gone", null);
            }
            for (long offset = from; offset < to && world.bug() != Bug.SAVEPOINT_WITHOUT_INBOXES; offset++) {
                MemoryLog.Entry entry = world.log.read(partition, offset);
                if (entry != null && entry.value() != null) {
                    long place = world.bug() == Bug.SAVEPOINT_OFFSETS_FORGOTTEN ? offset + 1_000 : offset;
                    handler.record(place, entry.timestampMs(), entry.value());
                }
            }
        }

        @Override
        public LeaseLog openLease(String transactionalId) {
            return new MemoryLease(world.log, transactionalId, this);
        }

        @Override
        public Outcome next(List<LogRecord> records) {
            world.others();
            return world.strikes(10, "commit of a restore")
                    ? Outcome.values()[1 + world.roll(Outcome.values().length - 1)]
                    : Outcome.DONE;
        }

        @Override
        public void written() {
            world.others();
        }

        @Override
        public void close() {}
    }
}
