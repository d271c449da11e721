package io.weirflow.worker.service;

import io.weirflow.api.operator.Operator;
import io.weirflow.coordinator.Admission;
import io.weirflow.coordinator.SimCoordinator;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.PipelineRestored;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.savepoint.SavepointManifest;
import io.weirflow.testkit.log.MemoryLog;
import io.weirflow.worker.sim.Checkers;
import io.weirflow.worker.sim.Violation;
import io.weirflow.worker.slot.SimConnector;
import io.weirflow.worker.slot.SimDisk;
import io.weirflow.worker.slot.SimEffects;
import io.weirflow.worker.slot.SimOperator;
import io.weirflow.worker.slot.SimPlan;
import io.weirflow.worker.slot.SimPlan.Version;
import io.weirflow.worker.slot.UnrepeatableOperator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A fleet over a log in memory: coordinators and workers as they are, driven step by step by one seed. The seed decides who goes on next, what
 * arrives when, how time passes, and what fails. The same seed gives the same {@link #trace}.
 */
final class FleetWorld {

    private static final int MAX_STEPS = 600_000;
    private static final int MAX_SCALINGS = 40;
    private static final int MAX_UPGRADES = 20;
    private static final int MAX_LEADER_CHANGES = 12;
    private static final int WORKERS = 3;
    private static final long MAX_PAUSE_MS = 3_000;
    private static final long MAX_JUMP_MS = 5_000;
    private static final long DAY_MS = 86_400_000;

    final SimPlan plan;
    final MemoryLog log;
    final FleetLog fleetLog;
    final SimConnector outside;
    final SimConnector inside;
    final SimEffects effects;
    final List<String> trace = new ArrayList<>();
    private final Random random;
    private final Bug bug;
    private final boolean idles;
    private final boolean processingTime;
    private final boolean calls;
    private final boolean fixes;
    private final boolean saves;
    private final boolean slowRestores;
    private final boolean smallInboxes;
    private boolean deaf;
    private final Random service;
    private final Random leaves;
    private final boolean inTurn;
    private final boolean patient;
    private final int standbys;
    private final Checkers checkers;
    private final List<FleetProcess> processes = new ArrayList<>();
    private final List<SimCoordinator> coordinators = new ArrayList<>();
    private final Map<String, Map<SlotId, SimDisk>> homes = new HashMap<>();
    private final Map<String, Incarnation> incarnations = new HashMap<>();
    private final Map<String, PipelineAdmitted> admissions = new HashMap<>();
    private final Map<String, Phase> phases = new TreeMap<>();
    private final Map<LogPartition, Long> checkpoints = new HashMap<>();
    private final Map<SimCoordinator, Long> asleepUntilMs = new HashMap<>();
    private final FleetSavepoints savepoints = new FleetSavepoints(this);
    private final List<FleetSavepoints.Jobs> jobs = new ArrayList<>();
    private final Map<String, Ancestor> ancestors = new HashMap<>();
    private final Set<String> restored = new HashSet<>();
    private final List<Runnable> late = new ArrayList<>();
    private final List<SimCoordinator> busy = new ArrayList<>();
    private @Nullable PipelineAdmitted run;
    private @Nullable CompletableFuture<Admission> request;
    private @Nullable Violation violation;
    private long nowMs = 1_000_000;
    private long brokerSkewMs;
    private int faults;
    private int runs;
    private Version version = Version.FIRST;
    private Version submitted = Version.FIRST;
    private int savepointsAsked;
    private int restoresLeft = 2;
    private int lives;
    private int instances;
    private int scalings = MAX_SCALINGS;
    private int upgrades = MAX_UPGRADES;
    private int leaderChanges = MAX_LEADER_CHANGES;
    private int depth;

    /**
     * The run that a restored one goes on from.
     *
     * @param visible how many of its rows count, see {@link FleetSavepoints#visible}
     */
    record Ancestor(String instance, Incarnation incarnation, Map<String, Long> visible) {}

    FleetWorld(long seed, int faults, Bug bug) {
        this(seed, faults, bug, bug == Bug.SAVEPOINT_NOT_ASKED_AGAIN);
    }

    /** @param slowRestores whether restores take their time, so that leaders change meanwhile: what a former leader's restore does is seldom seen else */
    FleetWorld(long seed, int faults, Bug bug, boolean slowRestores) {
        this.random = new Random(seed);
        this.bug = bug;
        this.faults = faults;
        this.idles = roll(4) == 0;
        // Drawn apart, so that what else a seed means stays the same.
        this.service = new Random(~seed);
        this.leaves = new Random(~seed * 37);
        this.processingTime = service.nextInt(6) == 0 || bug == Bug.SAVEPOINT_TIME_OF_OTHER_RUNS;
        this.calls = service.nextInt(3) == 0;
        this.patient = service.nextInt(2) == 0;
        // By the seed alone, for the same reason.
        this.saves = slowRestores || Math.floorMod(seed, 4) == 3 || bug.name().startsWith("SAVEPOINT");
        this.slowRestores = slowRestores;
        // Some of those with savepoints, some of those without.
        int kind = Math.floorMod(seed, 16);
        this.smallInboxes = kind == 2 || kind == 3 || kind == 10;
        this.inTurn = roll(2) == 0;
        this.standbys = roll(3);
        this.runs = 1 + roll(2);
        Random poison = new Random(~seed * 31);
        boolean poisoned = poison.nextInt(6) == 0;
        this.fixes = poisoned && poison.nextBoolean();
        this.plan = new SimPlan(random, idles ? 30 : 0, processingTime, calls, poisoned, fixes);
        this.log = new MemoryLog(() -> nowMs + brokerSkewMs);
        this.fleetLog = new FleetLog(this);
        this.outside =
                new SimConnector(SimConnector.OUTSIDE, plan, this::roll, what -> strikes(12, what), this::topicOf);
        outside.setAcknowledgesTooEarly(bug == Bug.R10_ACKNOWLEDGED_BEFORE_VISIBLE);
        this.inside = new SimConnector(SimConnector.NAME, plan, this::roll, any -> false, this::topicOf);
        this.effects = new SimEffects(new Effects());
        effects.setTakesUnknownForNotDone(bug == Bug.R10_UNKNOWN_TAKEN_FOR_NOT_DONE);
        this.checkers = new Checkers(
                log,
                inbox -> !idles || inbox.topic().equals(Checkers.inbox(1, 0).topic()));
        log.observe(checkers.observer(this::watched));
        for (int stage = 1; stage < 3; stage++) {
            for (int partition = 0; partition < SimPlan.SLOTS; partition++) {
                checkers.follow(Checkers.inbox(stage, partition));
            }
        }
        for (int i = 0; i < WORKERS - roll(2); i++) {
            startWorker("w" + i);
        }
        startCoordinator();
        if (inTurn) {
            startCoordinator();
        }
    }

    private final class Effects implements SimEffects.World {
        @Override
        public Checkers checkers() {
            return checkers;
        }

        @Override
        public int roll(int bound) {
            return FleetWorld.this.roll(bound);
        }

        @Override
        public boolean strikes(String what) {
            return FleetWorld.this.strikes(12, what);
        }

        @Override
        public void others() {
            FleetWorld.this.others();
        }

        @Override
        public Incarnation incarnation(String instance) {
            return incarnations.getOrDefault(instance, Incarnation.FIRST);
        }
    }

    private String topicOf(String topic, String instance) {
        String name = topic + Checkers.suffix(incarnations.getOrDefault(instance, Incarnation.FIRST));
        log.createTopic(name, 1);
        return name;
    }

    Bug bug() {
        return bug;
    }

    boolean idles() {
        return idles;
    }

    boolean calls() {
        return calls;
    }

    /** Returns whether so little fits into inboxes that senders wait for their receivers. */
    boolean smallInboxes() {
        return smallInboxes;
    }

    boolean hearsOfReceivers() {
        return smallInboxes && !deaf;
    }

    /** From now on nobody hears how far receivers have come. */
    void deafen() {
        deaf = true;
    }

    boolean inProcessingTime() {
        return processingTime;
    }

    /** Returns the newest version of the stage that has a changelog. */
    int newestVersion(LogPartition changelog) {
        return newestVersion(Checkers.stageOf(changelog));
    }

    int newestVersion(int stage) {
        return run == null ? 1 : run.plan().stage(stage).version();
    }

    /** Returns the run that was admitted last. */
    Incarnation newestRun() {
        return run == null ? Incarnation.FIRST : run.incarnation();
    }

    /** Returns the number of the last checkpoint in each changelog, as a planted bug sees it. */
    Map<LogPartition, Long> checkpoints() {
        return checkpoints;
    }

    int roll(int bound) {
        return random.nextInt(bound);
    }

    long nowMs() {
        return nowMs;
    }

    Checkers checkers() {
        return checkers;
    }

    void note(String what) {
        trace.add(nowMs + " " + what);
    }

    /** Something that was asked for happens, at once or any time later. */
    void later(Runnable what) {
        late.add(what);
    }

    void trimmed(LogPartition inbox, long before) {
        note("trim " + inbox + " " + before);
        watched(() -> checkers.trimmed(inbox, before));
        log.deleteBefore(inbox, before);
    }

    /** Returns whether a fault happens here, one time in {@code oneIn} while faults are left. */
    boolean strikes(int oneIn, String what) {
        if (faults == 0 || roll(oneIn) != 0) {
            return false;
        }
        faults--;
        note("fault: " + what);
        return true;
    }

    /** Returns the runs that have finished, by their instance, with their incarnation. */
    Map<String, Incarnation> finishedRuns() {
        Map<String, Incarnation> finished = new TreeMap<>();
        phases.forEach((instance, phase) -> {
            if (phase == Phase.FINISHED) {
                finished.put(instance, incarnations.get(instance));
            }
        });
        return finished;
    }

    List<WorkerId> liveWorkers() {
        return processes.stream().map(FleetProcess::id).toList();
    }

    /** Returns where a run goes on from; empty when it began from the start. */
    Optional<Ancestor> ancestor(String instance) {
        return Optional.ofNullable(ancestors.get(instance));
    }

    void decided(ControlRecord decision) {
        note(
                decision instanceof PipelineAdmitted admitted
                        ? "admitted " + admitted.instance() + " " + admitted.incarnation()
                        : decision.toString());
        if (decision instanceof PipelineAdmitted admitted) {
            run = admitted;
            admissions.put(admitted.instance(), admitted);
            incarnations.put(admitted.instance(), admitted.incarnation());
        } else if (decision instanceof PipelineRestored restore) {
            SavepointManifest of = savepoints.manifest(restore.savepoint());
            ancestors.put(
                    restore.instance(),
                    new Ancestor(of.instance(), of.incarnation(), savepoints.visible(restore.savepoint())));
            if (restore.complete()) {
                restored.add(restore.instance());
            }
        } else if (decision instanceof PhaseChanged changed) {
            if (phases.put(changed.instance(), changed.phase()) == Phase.STOPPING && changed.phase() == Phase.STOPPED) {
                stopped(changed);
            }
            if (run == null) {
                // A restore was asked for and has come to nothing.
                run = admissions.get(changed.instance());
            }
            boolean asExpected = fixes && changed.reason().contains("is poison");
            if (changed.phase() == Phase.FAILED && !asExpected) {
                watched(() -> {
                    throw new Violation("Function", "the pipeline failed: " + changed.reason());
                });
            }
        }
        watched(() -> checkers.decided(decision));
    }

    private void stopped(PhaseChanged changed) {
        boolean inOrder = !changed.reason().endsWith("at once");
        if (inOrder) {
            watched(() -> FleetStops.check(this, changed.instance()));
        }
    }

    private void watched(Runnable action) {
        try {
            action.run();
        } catch (Violation e) {
            if (violation == null) {
                violation = e;
            }
            throw e;
        }
    }

    /** Runs until all runs have finished. */
    void run() {
        for (int step = 0; step < MAX_STEPS; step++) {
            step();
            watched(checkers::look);
            if (violation != null) {
                throw violation;
            }
            if (runs == 0) {
                return;
            }
        }
        throw new Violation("Liveness", "not finished after " + MAX_STEPS + " steps: " + phases);
    }

    void step() {
        nowMs += roll(3) + (roll(8) == 0 ? roll(60) : 0);
        if (calls && service.nextInt(8) == 0) {
            inside.answer(service);
        }
        switch (roll(16)) {
            case 0, 1 -> coordinate();
            case 2 -> {
                request();
                workOnSavepoints();
            }
            case 3 -> {
                if (strikes(40, "next")) {
                    fault();
                } else if (!late.isEmpty() && roll(4) == 0) {
                    late.remove(roll(late.size())).run();
                } else if (roll(20) == 0) {
                    log.expire();
                }
            }
            default -> watched(() -> processes.get(roll(processes.size())).drive());
        }
    }

    private void workOnSavepoints() {
        boolean restoring = run != null && phases.get(run.instance()) == Phase.RESTORING;
        if (slowRestores && restoring && leaderChanges > 0 && service.nextInt(4) > 0) {
            if (service.nextInt(8) == 0) {
                leaderChanges--;
                leaderChange();
            }
        } else if (saves) {
            jobs.get(roll(jobs.size())).work();
        }
    }

    /** While somebody waits for an answer, everybody else goes on. */
    void others() {
        others(30);
    }

    /** @param most fewer steps than this; none, three times in four */
    void others(int most) {
        if (depth > 0) {
            return;
        }
        depth++;
        for (int steps = roll(4) == 0 ? roll(most) : 0; steps > 0; steps--) {
            step();
        }
        depth--;
    }

    private void coordinate() {
        SimCoordinator one = coordinators.get(roll(coordinators.size()));
        boolean asleep = nowMs < asleepUntilMs.getOrDefault(one, 0L);
        if (busy.contains(one) || asleep) {
            return;
        }
        busy.add(one);
        try {
            watched(() -> one.doWork(nowMs));
        } finally {
            busy.remove(one);
        }
        if (one.ended() && coordinators.size() > 1) {
            coordinators.remove(one);
        }
    }

    /** People want each run to finish, and a stopped one to go on. */
    private void request() {
        SimCoordinator leader =
                coordinators.stream().filter(SimCoordinator::leads).findFirst().orElse(null);
        if (leader == null || roll(4) > 0 || request != null && !request.isDone() && roll(50) > 0) {
            return;
        }
        Phase phase = run == null ? null : phases.get(run.instance());
        if (phase == Phase.FINISHED && runs > 0) {
            runs--;
        }
        boolean savable = phase == Phase.RUNNING || phase == Phase.STOPPED;
        if (saves && savable && roll(6) == 0 && savepointsAsked < 3) {
            note("savepoint");
            request = leader.savepoint(SimPlan.NAME, "s" + ++savepointsAsked);
        }
        boolean restores = phase != null && !savepoints.names().isEmpty() && restoresLeft > 0 && roll(2) == 0;
        boolean upgrade = upgrades > 0 && phase == Phase.RUNNING && version.data() == submitted.data() && roll(12) == 0;
        if (upgrade) {
            upgrades--;
            version = upgraded(version);
        }
        boolean idle = phase == null || !phase.active() && phase != Phase.RESTORING;
        if (runs > 0 && restores && idle) {
            restore(leader);
        } else if (runs > 0 && (upgrade || idle || thinksBetter(phase))) {
            submit(leader, phase);
        } else if (phase != null && phase.active() && scalings > 0 && roll(10) == 0) {
            scale(leader);
        } else if (phase == Phase.RESTORING && roll(6) == 0) {
            note("stop the restore");
            request = leader.stop(SimPlan.NAME, false);
        }
    }

    /** Whether one that is about to stop is to go on all the same. */
    private boolean thinksBetter(@Nullable Phase phase) {
        return phase == Phase.STOPPING && !isOfOtherData(run) && leaves.nextInt(20) == 0;
    }

    private void submit(SimCoordinator leader, @Nullable Phase phase) {
        boolean anew = phase == null
                || phase == Phase.FINISHED
                || isOfOtherData(run)
                || isUnrestored(run) && !version.equals(submitted);
        if (phase == Phase.FAILED) {
            version = new Version(version.data(), version.events(), SimPlan.fixed(roll(2)), version.out());
        }
        if (anew) {
            // Checkers know sinks and calls by the numbers that they begin with.
            version = new Version(version.data(), version.events(), 0, 0);
        }
        note("submit " + version);
        submitted = version;
        request = leader.submit(SimPlan.withStandbys(plan.pipeline(version, operator()), standbys));
        if (phase == Phase.FINISHED) {
            run = null;
        }
    }

    /** What was submitted last may have come to nothing. In processing time other data make no other plan. */
    private boolean isOfOtherData(@Nullable PipelineAdmitted one) {
        int before = one == null || processingTime
                ? submitted.data()
                : SimPlan.versionOf(one.plan()).data();
        return version.data() != before;
    }

    /** What is not written back yet cannot be upgraded: another version begins anew. */
    private boolean isUnrestored(@Nullable PipelineAdmitted one) {
        return one != null && ancestors.containsKey(one.instance()) && !restored.contains(one.instance());
    }

    private void restore(SimCoordinator leader) {
        String name = savepoints.names().get(roll(savepoints.names().size()));
        note("restore " + name);
        restoresLeft--;
        SavepointManifest savepoint = savepoints.manifest(name);
        request = leader.restore(savepoint);
        version = SimPlan.versionOf(savepoint.plan());
        submitted = version;
        run = null;
    }

    /** Slots move while everything goes on. */
    private void scale(SimCoordinator leader) {
        scalings--;
        String stage = List.of("events", "work", "out").get(roll(3));
        int workers = roll(SimPlan.SLOTS + 1);
        note("scale " + stage + " " + workers);
        var unused = leader.scale(SimPlan.NAME, stage, workers);
    }

    private Class<? extends Operator> operator() {
        return bug == Bug.R8_UNREPEATABLE_OPERATOR ? UnrepeatableOperator.class : SimOperator.class;
    }

    /** Changes some stages, perhaps back to what they were. */
    private Version upgraded(Version from) {
        return new Version(
                from.data(),
                roll(2) == 0 ? roll(4) : from.events(),
                roll(2) == 0 ? roll(4) : from.work(),
                roll(2) == 0 ? roll(4) : from.out());
    }

    private void startWorker(String name) {
        processes.add(new FleetProcess(
                this, new WorkerId(name, ++lives), homes.computeIfAbsent(name, any -> new HashMap<>())));
    }

    private void startCoordinator() {
        FleetSavepoints.Jobs own = savepoints.jobs();
        jobs.add(own);
        coordinators.add(new SimCoordinator(
                "c" + ++lives, inTurn, SimCoordinator.policy(patient), fleetLog, () -> "run-" + ++instances, own));
    }

    /** A worker has drained; a new life of it starts. */
    void ended(FleetProcess process) {
        note("ended " + process);
        process.crash();
        processes.remove(process);
        startWorker(process.id().name());
    }

    private void fault() {
        FleetProcess process = processes.get(roll(processes.size()));
        switch (roll(12)) {
            case 0, 1 -> crash(process);
            case 2, 3 -> {
                note("pause " + process);
                process.pause(nowMs + roll((int) MAX_PAUSE_MS));
            }
            case 4 -> process.lose();
            case 5 -> process.duplicate();
            case 6 -> {
                boolean inOrder = leaves.nextInt(2) == 0;
                note((inOrder ? "leave " : "drain ") + process);
                if (inOrder) {
                    process.leave();
                } else {
                    process.drain();
                }
            }
            case 7 -> join(process);
            case 8 -> leaderChange();
            case 9 -> {
                note("clock of " + process);
                int jumpMs = roll((int) MAX_JUMP_MS);
                // Some were asleep for so long that Kafka may have forgotten what was deleted.
                process.jump(jumpMs % 4 == 0 ? jumpMs + DAY_MS : jumpMs);
                brokerSkewMs = roll((int) MAX_JUMP_MS) - MAX_JUMP_MS / 2;
            }
            case 10 -> stop(process);
            default -> {
                note("silence of " + process);
                process.silence(nowMs + roll((int) MAX_PAUSE_MS));
            }
        }
    }

    /** One more worker, so that slots move; perhaps together with the death of another. */
    private void join(FleetProcess other) {
        if (homes.size() < WORKERS + 1) {
            note("join");
            startWorker("w" + homes.size());
        }
        if (roll(2) == 0) {
            crash(other);
        }
    }

    private void crash(FleetProcess process) {
        if (process.dead()) {
            return;
        }
        note("crash " + process);
        process.crash();
        processes.remove(process);
        process.disks().values().forEach(this::age);
        startWorker(process.id().name());
        if (roll(2) == 0) {
            // It takes a while to come back.
            processes.get(processes.size() - 1).pause(nowMs + roll((int) MAX_PAUSE_MS));
        }
    }

    private void age(SimDisk disk) {
        switch (roll(5)) {
            case 0 -> disk.lose();
            case 1 -> disk.damage();
            case 2 -> disk.revert(roll(3));
            default -> {
                // Everything is on the disk.
            }
        }
    }

    /** A leader ends, dies or sleeps. Another takes over, at once or when it has lost patience; one that sleeps does not know of it. */
    private void leaderChange() {
        SimCoordinator leader =
                coordinators.stream().filter(SimCoordinator::leads).findFirst().orElse(coordinators.get(0));
        note("leader change");
        switch (roll(3)) {
            case 0 -> {
                if (!busy.contains(leader)) {
                    leader.close();
                }
                coordinators.remove(leader);
            }
            case 1 -> coordinators.remove(leader);
            default -> asleepUntilMs.put(leader, nowMs + roll(2 * (int) MAX_PAUSE_MS));
        }
        if (!inTurn || coordinators.size() < 2) {
            startCoordinator();
        }
    }

    private void drainIfAlive(FleetProcess process) {
        if (processes.contains(process)) {
            note("drain " + process);
            process.drain();
        }
    }

    /** A pipeline is stopped, perhaps at the moment at which a worker dies. */
    private void stop(FleetProcess process) {
        switch (leaves.nextInt(4)) {
            case 0, 1 -> crash(process);
            case 2 -> {
                crash(process);
                FleetProcess next = processes.get(processes.size() - 1);
                later(() -> drainIfAlive(next));
            }
            default -> {
                // It just stops.
            }
        }
        coordinators.stream().filter(SimCoordinator::leads).findFirst().ifPresent(leader -> {
            version = upgraded(new Version(version.data() + roll(2), version.events(), version.work(), version.out()));
            boolean now = leaves.nextInt(4) == 0;
            note(now ? "stop now" : "stop");
            var unused = leader.stop(SimPlan.NAME, now);
        });
    }
}
