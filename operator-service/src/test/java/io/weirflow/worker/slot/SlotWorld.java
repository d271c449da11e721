package io.weirflow.worker.slot;

import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.state.StateException;
import io.weirflow.testkit.log.MemoryLog;
import io.weirflow.worker.sim.Checkers;
import io.weirflow.worker.sim.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Slots of one pipeline on three workers over a log in memory, driven step by step by one seed: who goes on next, what arrives, what fails. It
 * plays the coordinator as well: a slot that has let go, or whose worker was fenced, goes to any worker.
 */
final class SlotWorld {

    private static final int MAX_STEPS = 60_000;
    private static final int WORKERS = 3;

    final SimPlan plan;
    final Doubles doubles;
    final MemoryLog log;
    final SimConnector outside;
    final SimEffects effects;
    final List<String> trace = new ArrayList<>();
    /** How far slots have come that are sent to; further than anybody waits for, unless a test says otherwise. */
    ReceiverPositions receivers = (stage, partition) -> Long.MAX_VALUE;

    private final Random random;
    private final boolean idles;
    private final List<SimWorker> workers = new ArrayList<>();
    private final List<SimWorker> zombies = new ArrayList<>();
    private final Map<SlotId, @Nullable Held> placement = new TreeMap<>();
    private final Checkers checkers;
    private long nowMs = 1_000_000;
    private int faults;
    private int lives;
    private int depth;
    private @Nullable Violation violation;

    SlotWorld(long seed, int faults, Doubles doubles) {
        this.random = new Random(seed);
        this.doubles = doubles;
        this.idles = random.nextInt(4) == 0;
        this.plan = new SimPlan(random, idles ? 30 : 0);
        this.faults = faults;
        this.log = new MemoryLog(() -> nowMs);
        this.outside = new SimConnector(
                SimConnector.OUTSIDE, plan, this::roll, what -> strikes(12, what), (topic, run) -> topic);
        this.checkers = new Checkers(
                log,
                inbox -> !idles || inbox.topic().equals(Checkers.inbox(1, 0).topic()));
        this.effects = new SimEffects(new SimEffects.World() {
            @Override
            public Checkers checkers() {
                return checkers;
            }

            @Override
            public int roll(int bound) {
                return SlotWorld.this.roll(bound);
            }

            @Override
            public boolean strikes(String what) {
                return SlotWorld.this.strikes(12, what);
            }

            @Override
            public void others() {
                SlotWorld.this.others();
            }

            @Override
            public Incarnation incarnation(String instance) {
                return SlotWorld.this.incarnation();
            }
        });
        createTopics();
        log.observe(checkers.observer(this::watched));
        for (int i = 0; i < WORKERS; i++) {
            workers.add(new SimWorker(this, "w" + i, new HashMap<>()));
        }
    }

    private void createTopics() {
        log.createTopic(SimPlan.OUT_TOPIC, 1);
        log.createTopic(SimPlan.PLAIN_TOPIC, 1);
        log.createTopic(Names.unknownTopic(SimPlan.NAME, Checkers.EFFECTS), 1);
        for (int stage = 0; stage < 3; stage++) {
            log.createTopic(Checkers.changelog(stage, 0).topic(), SimPlan.SLOTS);
            for (int partition = 0; partition < SimPlan.SLOTS; partition++) {
                placement.put(new SlotId(SimPlan.NAME, stage, partition), null);
                if (stage > 0) {
                    LogPartition inbox = Checkers.inbox(stage, partition);
                    log.createTopic(inbox.topic(), SimPlan.SLOTS);
                    checkers.follow(inbox);
                }
            }
        }
    }

    int roll(int bound) {
        return random.nextInt(bound);
    }

    boolean idles() {
        return idles;
    }

    Checkers checkers() {
        return checkers;
    }

    long nowMs() {
        return nowMs;
    }

    int nextLife() {
        return ++lives;
    }

    void note(String what) {
        trace.add(nowMs + " " + what);
    }

    /** Returns whether a fault happens here, one time in {@code oneIn} while faults are left. */
    boolean strikes(int oneIn, String what) {
        if (faults == 0 || random.nextInt(oneIn) != 0) {
            return false;
        }
        faults--;
        note("fault: " + what);
        return true;
    }

    /** Runs until every slot has finished. */
    void run() {
        for (int step = 0; step < MAX_STEPS; step++) {
            step();
            checkers.look();
            if (violation != null) {
                throw violation;
            }
            if (finished()) {
                return;
            }
        }
        throw new Violation("Liveness", "not finished after " + MAX_STEPS + " steps: " + placement.values());
    }

    private boolean finished() {
        return placement.keySet().stream()
                .allMatch(id -> checkers.finished(Checkers.changelog(id.stage(), id.partition()), Incarnation.FIRST));
    }

    /** Remembers a violation: the engine, which is between here and {@link #run}, takes it for one more failure to recover from. */
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

    void step() {
        watched(this::anyStep);
    }

    private void anyStep() {
        nowMs += random.nextInt(3);
        SimWorker worker = anyWorker();
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> worker.driveSlot();
            case 4, 5 -> worker.deliver();
            case 6 -> worker.answer();
            case 7 -> worker.driveSink();
            case 8 -> worker.driveCommitter();
            case 9 -> assign();
            case 10 -> worker.requestCheckpoint();
            default -> {
                if (strikes(25, "next")) {
                    fault(worker);
                }
            }
        }
    }

    private SimWorker anyWorker() {
        int choice = random.nextInt(workers.size() + zombies.size());
        return choice < workers.size() ? workers.get(choice) : zombies.get(choice - workers.size());
    }

    /** From now on nobody goes on but the caller. */
    SlotWorld still() {
        depth++;
        return this;
    }

    /** While a commit is under way, everybody else goes on. */
    void others() {
        if (depth > 0) {
            return;
        }
        depth++;
        for (int steps = random.nextInt(4) == 0 ? random.nextInt(30) : 0; steps > 0; steps--) {
            step();
        }
        depth--;
    }

    private void assign() {
        for (Map.Entry<SlotId, @Nullable Held> entry : placement.entrySet()) {
            if (entry.getValue() == null) {
                SimWorker worker = workers.get(random.nextInt(workers.size()));
                if (worker.canOpen(entry.getKey())) {
                    open(worker, entry.getKey());
                }
                return;
            }
        }
    }

    private void open(SimWorker worker, SlotId id) {
        note("open " + id + " on " + worker);
        Held held = new Held(this, worker, id);
        placement.put(id, held);
        try {
            held.open();
        } catch (SlotFailure | LogException | StateException e) {
            if (e instanceof LogException problem && problem.kind() == LogException.Kind.FATAL) {
                throw new Violation("Liveness", id + " cannot be opened: " + e);
            }
            note("cannot open " + id + ": " + e.getMessage());
            gone(held);
        } catch (io.weirflow.api.connector.ConnectorException e) {
            note("cannot open " + id + ": " + e.getMessage());
            gone(held);
        }
    }

    /** Returns whether the slot was not given to anyone else since, and the worker neither died nor was fenced. */
    boolean owns(Held held) {
        return placement.get(held.id()) == held;
    }

    /** A slot has let go of its place, or failed. */
    void gone(Held held) {
        if (owns(held)) {
            placement.put(held.id(), null);
        }
    }

    private void fault(SimWorker worker) {
        switch (random.nextInt(6)) {
            case 0 -> crash(worker);
            case 1 -> pause(worker);
            case 2 -> worker.lose();
            case 3 -> worker.duplicate();
            case 4 -> worker.release();
            default -> worker.stopOne();
        }
    }

    /** The process dies, and another starts with its disks, in one state or the other. */
    private void crash(SimWorker worker) {
        note("crash " + worker);
        worker.crash();
        if (workers.remove(worker)) {
            worker.disks().values().forEach(this::age);
            workers.add(new SimWorker(this, worker.name(), worker.disks()));
            letGo(worker);
        } else {
            zombies.remove(worker);
        }
    }

    private void age(SimDisk disk) {
        switch (random.nextInt(5)) {
            case 0 -> disk.lose();
            case 1 -> disk.damage();
            case 2 -> disk.revert(random.nextInt(3));
            default -> {
                // Everything is on the disk.
            }
        }
    }

    /** The worker is silent for so long that its lease is fenced and its slots go to others; it knows nothing of that and goes on. */
    private void pause(SimWorker worker) {
        if (!workers.remove(worker)) {
            return;
        }
        note("zombie " + worker);
        if (doubles.fences()) {
            log.fence(worker.lease());
        }
        zombies.add(worker);
        workers.add(new SimWorker(this, worker.name() + "'", new HashMap<>()));
        letGo(worker);
    }

    private void letGo(SimWorker worker) {
        // A dead worker's lease is fenced before its slots go to anyone (rule R7); a new life of it does so by taking
        // the lease.
        if (doubles.fences()) {
            log.fence(worker.lease());
        }
        placement.replaceAll((id, held) -> held != null && held.worker() == worker ? null : held);
    }

    /** Returns all rows that a read_committed reader of the output sees. */
    List<String> output() {
        return rowsOf(SimPlan.OUT_TOPIC);
    }

    /** Returns all rows of the sink that promises them at least once. */
    List<String> plainOutput() {
        return rowsOf(SimPlan.PLAIN_TOPIC);
    }

    private List<String> rowsOf(String topic) {
        return log.committed(new LogPartition(topic, 0)).stream()
                .map(entry -> new String(entry.value(), StandardCharsets.UTF_8))
                .toList();
    }

    Incarnation incarnation() {
        return Incarnation.FIRST;
    }
}
