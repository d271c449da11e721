package io.weirflow.worker.service;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.coordinator.Cluster;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.ControlRecord.SlotFollowed;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.Poison;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.log.ControlLogWriter;
import io.weirflow.protocol.log.FencedException;
import io.weirflow.protocol.log.FleetAppender;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogUnavailableException;
import io.weirflow.testkit.log.MemoryControlLog;
import io.weirflow.worker.sim.Checkers;
import io.weirflow.worker.slot.SimPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The control log and the fleet topic of a fleet, with delays, repetitions, losses and unknown outcomes. */
final class FleetLog implements Cluster {

    private static final int TRUNCATED = 4;
    private static final int FENCE_STEPS = 400;

    private final FleetWorld world;
    private final MemoryControlLog control = new MemoryControlLog();
    private final List<FleetRecord> reports = new ArrayList<>();
    private final Map<SlotId, SlotFollowed> followers = new HashMap<>();
    private final Map<SlotId, LeaseEpoch> epochs = new HashMap<>();
    private final Map<LogPartition, Long> endsBeforeFence = new LinkedHashMap<>();

    FleetLog(FleetWorld world) {
        this.world = world;
    }

    /** A log that says nothing, at once. */
    static final class Nothing implements ControlLogReader {
        @Override
        public List<ControlRecord> poll(long maxWaitMs) {
            return List.of();
        }

        @Override
        public boolean caughtUp() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** Hands over few records at a time, and some twice. */
    private final class Slow implements ControlLogReader {
        private final ControlLogReader real;
        private final List<ControlRecord> waiting = new ArrayList<>();
        private boolean caughtUp;

        Slow(ControlLogReader real) {
            this.real = real;
            waiting.addAll(real.poll(0));
            caughtUp = waiting.isEmpty();
        }

        @Override
        public List<ControlRecord> poll(long maxWaitMs) {
            List<ControlRecord> some = new ArrayList<>();
            for (int i = world.roll(6); i > 0 && !waiting.isEmpty(); i--) {
                some.add(waiting.remove(0));
                if (world.roll(10) == 0) {
                    some.add(some.get(some.size() - 1));
                }
            }
            caughtUp |= waiting.isEmpty();
            if (caughtUp) {
                waiting.addAll(real.poll(0));
            }
            return some;
        }

        @Override
        public boolean caughtUp() {
            return caughtUp;
        }

        @Override
        public void close() {
            real.close();
        }
    }

    /** Returns a reader for a worker: of the whole log, or of what compaction leaves of it. */
    ControlLogReader reader() {
        return new Slow(world.roll(2) == 0 ? control.openReader() : control.openCompactedReader());
    }

    /** Changes what a reader hears each time. */
    private static ControlLogReader changed(ControlLogReader real, UnaryOperator<List<ControlRecord>> change) {
        return new ControlLogReader() {
            @Override
            public List<ControlRecord> poll(long maxWaitMs) {
                return change.apply(real.poll(maxWaitMs));
            }

            @Override
            public boolean caughtUp() {
                return real.caughtUp();
            }

            @Override
            public void close() {
                real.close();
            }
        };
    }

    /**
     * Returns a reader that hears of rows of which nobody knows anything.
     *
     * @param parked whether they are to be passed over, or cannot be passed
     */
    ControlLogReader poisoning(ControlLogReader real, boolean parked) {
        return changed(real, heard -> {
            List<ControlRecord> more = new ArrayList<>(heard);
            for (ControlRecord one : heard) {
                if (one instanceof SlotAssigned assigned) {
                    int version =
                            1 + world.roll(world.newestVersion(assigned.slot().stage()));
                    Poison row = new Poison(world.roll(20), 0, -1, "", version);
                    more.add(new RecordPoisoned(assigned.slot(), assigned.instance(), row, "planted", parked));
                }
            }
            return more;
        });
    }

    ControlLogReader hasty(ControlLogReader real, Consumer<SlotAssigned> onAssigned) {
        return changed(real, heard -> {
            heard.forEach(one -> {
                if (one instanceof SlotAssigned assigned) {
                    onAssigned.accept(assigned);
                }
            });
            return heard;
        });
    }

    /** Makes what a worker has count under all epochs under which it has had it. */
    ControlLogReader ageless(ControlLogReader real, WorkerId worker) {
        return changed(
                real,
                heard -> heard.stream()
                        .map(one -> one instanceof SlotAssigned assigned && isHeld(assigned, worker)
                                ? new SlotAssigned(assigned.slot(), assigned.instance(), worker, false, LeaseEpoch.NONE)
                                : one)
                        .toList());
    }

    private static boolean isHeld(SlotAssigned assigned, WorkerId worker) {
        return !assigned.revoked() && assigned.worker().equals(worker);
    }

    /** Hides decisions of a kind. */
    ControlLogReader without(ControlLogReader real, Class<? extends ControlRecord> kind) {
        return changed(
                real,
                heard -> heard.stream().filter(one -> !kind.isInstance(one)).toList());
    }

    @Override
    public ControlLogReader openControlLog() {
        if (world.bug() != Bug.R13_LOG_READ_SHORT) {
            return reader();
        }
        List<ControlRecord> all = control.openReader().poll(0);
        List<ControlRecord> some = new ArrayList<>(all.subList(0, Math.max(0, all.size() - TRUNCATED)));
        return new ControlLogReader() {
            @Override
            public List<ControlRecord> poll(long maxWaitMs) {
                List<ControlRecord> now = List.copyOf(some);
                some.clear();
                return now;
            }

            @Override
            public boolean caughtUp() {
                return some.isEmpty();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public ControlLogWriter takeControlLog() {
        unavailable("take the control log");
        ControlLogWriter real = control.openWriter();
        return new ControlLogWriter() {
            @Override
            public void append(List<ControlRecord> records) {
                world.others();
                hastily(records);
                boolean lost = world.strikes(12, "append to the control log");
                if (lost && world.roll(2) == 0) {
                    throw away("append");
                }
                write(real, records.stream().map(FleetLog.this::planted).toList());
                if (lost) {
                    throw away("append");
                }
            }

            @Override
            public void close() {
                real.close();
            }
        };
    }

    private void write(ControlLogWriter real, List<ControlRecord> decisions) {
        List<ControlRecord> records = world.bug() == Bug.R7_NO_REVOCATION
                ? decisions.stream()
                        .filter(one -> !(one instanceof SlotAssigned assigned && assigned.revoked()))
                        .toList()
                : decisions;
        try {
            real.append(records);
        } catch (FencedException e) {
            if (world.bug() != Bug.R13_FORMER_LEADER_NOT_FENCED) {
                throw e;
            }
            control.forceAppend(records);
        }
        records.forEach(one -> {
            if (one instanceof SlotAssigned assigned) {
                epochs.put(assigned.slot(), assigned.epoch());
            }
            world.decided(one);
        });
    }

    private ControlRecord planted(ControlRecord record) {
        if (record instanceof SlotFollowed followed) {
            followers.put(followed.slot(), followed);
        }
        if (world.bug() == Bug.R11_STARTED_BEFORE_RELEASED
                && record instanceof SlotAssigned assigned
                && assigned.revoked()) {
            return world.liveWorkers().stream()
                    .filter(worker -> isFollower(assigned, worker))
                    .findFirst()
                    .<ControlRecord>map(worker ->
                            new SlotAssigned(assigned.slot(), assigned.instance(), worker, false, assigned.epoch()))
                    .orElse(record);
        }
        if (world.bug() == Bug.R11_END_NOT_REACHED
                && record instanceof SlotAssigned assigned
                && assigned.changelogEnd() != SlotAssigned.UNKNOWN) {
            return new SlotAssigned(
                    assigned.slot(), assigned.instance(), assigned.worker(), assigned.revoked(), assigned.epoch(), 0);
        }
        return world.bug() == Bug.R3_ONE_INCARNATION && record instanceof PipelineAdmitted run
                ? new PipelineAdmitted(
                        run.name(),
                        run.instance(),
                        Incarnation.FIRST,
                        run.fingerprint(),
                        run.baseDir(),
                        run.plan(),
                        run.former())
                : record;
    }

    private boolean isFollower(SlotAssigned assigned, WorkerId worker) {
        SlotFollowed followed = followers.get(assigned.slot());
        return followed != null
                && followed.instance().equals(assigned.instance())
                && followed.workers().contains(worker.name())
                && !assigned.worker().name().equals(worker.name());
    }

    private void unavailable(String what) {
        if (world.strikes(30, what)) {
            throw away(what);
        }
    }

    private static LogUnavailableException away(String what) {
        return new LogUnavailableException(what + ": no answer", new IllegalStateException("planted"));
    }

    /** Returns what a worker reports to. Reports are lost, repeated and late. */
    FleetAppender reports() {
        return new FleetAppender() {
            @Override
            public void append(FleetRecord report) {
                for (int copies = world.roll(12) == 0 ? world.roll(3) : 1; copies > 0; copies--) {
                    reports.add(report);
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public FleetReader openFleet() {
        unavailable("read the fleet topic");
        int from = reports.size();
        return new FleetReader() {
            private int next = from;

            @Override
            public List<FleetRecord> poll(long maxWaitMs) {
                List<FleetRecord> some = new ArrayList<>();
                // More where more waits, as of a real topic: else reports only ever get older, and all workers count as
                // dead.
                int waiting = reports.size() - next;
                for (int i = world.roll(20 + waiting); i > 0 && next < reports.size(); i--) {
                    some.add(current(reports.get(next++)));
                    if (world.roll(40) == 0) {
                        // An old one comes again.
                        some.add(current(reports.get(Math.max(0, next - 1 - world.roll(10)))));
                    }
                }
                return some;
            }

            @Override
            public void close() {}
        };
    }

    private FleetRecord current(FleetRecord report) {
        if (!(report instanceof FleetRecord.SlotReport slot)) {
            return report;
        }
        LeaseEpoch newest = epochs.getOrDefault(slot.slot(), slot.epoch());
        boolean former = !newest.equals(slot.epoch());
        if (world.bug() == Bug.R13_OLD_REPORTS_COUNT && slot.status() instanceof SlotStatus.Released) {
            return new FleetRecord.SlotReport(slot.worker(), slot.slot(), newest, slot.status());
        }
        if (world.bug() == Bug.R14_REPORTS_OF_FORMER_RUNS_COUNT
                && former
                && slot.slot().stage() > 0
                && slot.status() instanceof SlotStatus.Running running) {
            // A slot of a former run passes over what lies in its inbox for the next.
            long end = world.log.end(
                    Checkers.inbox(slot.slot().stage(), slot.slot().partition()));
            return new FleetRecord.SlotReport(
                    slot.worker(),
                    slot.slot(),
                    newest,
                    new SlotStatus.Running(running.checkpoint(), end, running.watermarkMs()));
        }
        return report;
    }

    @Override
    public void ensureTopics(Pipeline plan, boolean mayCreate) {
        unavailable("topics");
        world.log.createTopic(Names.unknownTopic(SimPlan.NAME, Checkers.EFFECTS), 1);
        for (StagePlan stage : plan.stages()) {
            world.log.createTopic(Checkers.changelog(stage.id(), 0).topic(), stage.slots());
            if (stage.input() instanceof StageInput.Inbox) {
                world.log.createTopic(Checkers.inbox(stage.id(), 0).topic(), stage.slots());
            }
        }
    }

    /** Nobody deletes a pipeline here. */
    @Override
    public void deleteTopics(Pipeline plan) {
        throw new IllegalStateException("nobody asked for that");
    }

    @Override
    public void fenceLease(String pipeline, String workerName) {
        unavailable("fence");
        if (world.bug() == Bug.R11_END_BEFORE_FENCE) {
            lookTooEarly();
        }
        if (world.bug() != Bug.R7_NO_FENCE) {
            world.log.fence(Names.leaseTransactionalId(pipeline, workerName));
        }
        // Between a fence and the decision that follows lies what former owners can do wrong: they get time to.
        world.others(FENCE_STEPS);
        unavailable("answer of a fence");
    }

    /** Its worker goes on meanwhile. */
    private void lookTooEarly() {
        for (SlotId slot : epochs.keySet()) {
            LogPartition changelog = Checkers.changelog(slot.stage(), slot.partition());
            endsBeforeFence.put(changelog, world.log.lastStable(changelog));
        }
        world.others(FENCE_STEPS);
    }

    @Override
    public Map<LogPartition, Long> ends(Set<LogPartition> logs) {
        Map<LogPartition, Long> ends = new LinkedHashMap<>(endsBeforeFence);
        if (world.bug() != Bug.R11_END_BEFORE_FENCE) {
            logs.forEach(log -> ends.put(log, world.log.end(log)));
        }
        ends.keySet().removeIf(log -> !logs.contains(log) || world.roll(8) == 0);
        world.others();
        return ends;
    }

    /** Done at once or late, also when others lead by then. */
    @Override
    public void trim(Map<LogPartition, Long> before) {
        planted(before)
                .forEach((inbox, offset) -> world.later(() -> {
                    if (offset > world.log.start(inbox)) {
                        world.trimmed(inbox, offset);
                    }
                }));
    }

    private Map<LogPartition, Long> planted(Map<LogPartition, Long> before) {
        if (world.bug() == Bug.R14_TOO_FAR) {
            Map<LogPartition, Long> further = new HashMap<>();
            before.forEach((inbox, offset) -> further.put(inbox, Math.min(world.log.end(inbox), offset + 2)));
            return further;
        }
        if (world.bug() == Bug.R14_LARGEST_PROGRESS) {
            Map<LogPartition, Long> further = new HashMap<>();
            before.forEach((inbox, offset) -> {
                for (int partition = 0; partition < SimPlan.SLOTS; partition++) {
                    LogPartition sibling = new LogPartition(inbox.topic(), partition);
                    further.merge(sibling, Math.min(world.log.end(sibling), offset), Math::max);
                }
            });
            return further;
        }
        return before;
    }

    /** A leader that was replaced removes records and only then finds out. */
    private void hastily(List<ControlRecord> records) {
        if (world.bug() == Bug.R14_REMOVED_BEFORE_DECIDED) {
            records.stream()
                    .filter(ControlRecord.InboxesTrimmed.class::isInstance)
                    .map(ControlRecord.InboxesTrimmed.class::cast)
                    .flatMap(trimmed -> trimmed.inboxes().stream())
                    .forEach(one -> {
                        LogPartition inbox =
                                new LogPartition(Names.inboxTopic(SimPlan.NAME, one.stage()), one.partition());
                        if (one.before() > world.log.start(inbox)) {
                            world.trimmed(inbox, one.before());
                        }
                    });
        }
    }

    @Override
    public Map<String, Long> bytesOnDisk() {
        return Map.of();
    }

    @Override
    public void close() {}
}
