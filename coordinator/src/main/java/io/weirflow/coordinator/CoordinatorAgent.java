package io.weirflow.coordinator;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.Admission.Refused;
import io.weirflow.coordinator.Admissions.Verdict;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.coordinator.SavepointJobs.Ended;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed;
import io.weirflow.protocol.control.ControlRecord.LeaderElected;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.ControlLogWriter;
import io.weirflow.protocol.log.FencedException;
import io.weirflow.protocol.log.FleetReader;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogUnavailableException;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator without its thread: decide, append, replay (rule R13). {@link #doWork} is called again and again by one thread; time is
 * an argument, Kafka is behind {@link Cluster}, names of runs come from outside, so the same seed gives the same trace in a simulation.
 *
 * <p>Whenever the outcome of an append is not known, it forgets all it knows, and reads the log again as a new leader does. Before that it
 * looks whether someone else has become leader, and if so, leaves the field: for good, or, when it is one of several, to follow.
 */
final class CoordinatorAgent implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorAgent.class);

    /** More decisions than any round needs: a loop that does not end is a bug, and must not starve the reports. */
    private static final int MAX_DECISIONS = 1_000;

    /** How long a fenced leader waits for another to name itself in the log, before it takes over again. */
    private static final long YIELD_MS = 3_000;

    /**
     * Without news, only time can make a decision due. To look through all slots in every round would cost more than all the rest of a round; and even after
     * this time it is done only when the last look has found something that is due by then.
     */
    private static final long LOOK_MS = 50;

    /** A leader that has nothing to decide repeats its election this often, or it would never notice that it is fenced. */
    private static final long AFFIRM_MS = 1_000;

    /** A leader that has appended nothing for this long is gone. */
    private static final long LEADER_TIMEOUT_MS = 3_000;

    /** Followers lose patience one after the other, so that seldom two try at once. */
    private static final long STAGGER_MS = 100;

    private static final int STAGGERS = 8;

    /** How long a follower waits for a decision of the leader's before it looks at the time again. */
    private static final long FOLLOW_WAIT_MS = 100;

    private final Candidate self;
    private final Cluster cluster;
    private final Policy policy;
    private final Decider decider;
    private final Supplier<String> instances;
    private final SavepointJobs savepoints;
    private final Consumer<PhaseChanged> onPhase;
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private ControlState control = new ControlState();
    private volatile ControlView view = ControlView.EMPTY;
    private Role role = Role.STARTING;
    private long term;
    private long appendedAtMs;
    private long nextLookMs = Long.MIN_VALUE;
    private long changesLookedAt;
    private long advancesLookedAt;
    private long dueMs;
    private long yieldUntilMs = Long.MIN_VALUE;
    private boolean outage;
    private boolean follows;
    private @Nullable Following following;
    private @Nullable Leadership leadership;

    /** What a leader holds. */
    private record Leadership(ControlLogWriter writer, FleetReader fleet, Observations seen) implements AutoCloseable {
        @Override
        public void close() {
            writer.close();
            fleet.close();
        }
    }

    private record Request(Function<ControlState, Verdict> decide, CompletableFuture<Admission> answer) {}

    /**
     * @param instances gives names of runs, no two the same
     * @param onPhase told of every change of phase that this coordinator decides, on its thread; must not block
     * @param savepoints closed by whoever made them
     */
    CoordinatorAgent(
            Candidate self,
            Policy policy,
            Cluster cluster,
            Supplier<String> instances,
            Consumer<PhaseChanged> onPhase,
            SavepointJobs savepoints) {
        this.savepoints = savepoints;
        this.self = self;
        this.follows = self.waits();
        this.policy = policy;
        this.cluster = cluster;
        this.decider = new Decider(policy);
        this.instances = instances;
        this.onPhase = onPhase;
    }

    /** Asks to run a plan. Any thread. */
    CompletableFuture<Admission> submit(Pipeline plan, String baseDir) {
        return request(state -> Admissions.submit(state, plan, baseDir, instances.get()));
    }

    /** Asks to stop a pipeline, in order or now. Any thread. */
    CompletableFuture<Admission> stop(String pipeline, boolean now) {
        return request(state -> Admissions.stop(state, pipeline, now));
    }

    /** Asks what {@link #submit} would do. Any thread. */
    CompletableFuture<Admission> preview(Pipeline plan) {
        return request(state -> Admissions.preview(state, plan));
    }

    /** Asks to delete a pipeline that does not run. Any thread. */
    CompletableFuture<Admission> delete(String pipeline) {
        return request(state -> Admissions.delete(state, pipeline));
    }

    /** Asks to spread a stage over so many workers. Any thread. */
    CompletableFuture<Admission> scale(String pipeline, String stage, int workers) {
        return request(state -> Admissions.scale(state, pipeline, stage, workers));
    }

    /** Asks to pass over a row at which a slot fails. Any thread. */
    CompletableFuture<Admission> park(String pipeline, String stage, int slot, String place) {
        return request(state -> Poisons.park(state, pipeline, stage, slot, place));
    }

    /** Asks for a savepoint. Any thread. */
    CompletableFuture<Admission> savepoint(String pipeline, String name) {
        return request(state -> Admissions.savepoint(state, pipeline, name));
    }

    /** Asks to run a pipeline from a savepoint. Any thread. */
    CompletableFuture<Admission> restore(SavepointManifest savepoint, String baseDir) {
        return request(state -> Admissions.restore(state, savepoint, baseDir, "restored-" + instances.get()));
    }

    private CompletableFuture<Admission> request(Function<ControlState, Verdict> decide) {
        Request request = new Request(decide, new CompletableFuture<>());
        requests.add(request);
        Role now = view.role();
        if (now == Role.FENCED || now == Role.CLOSED || now == Role.FOLLOWING) {
            refuseAll();
        }
        return request.answer();
    }

    /** Returns the newest snapshot. Any thread. */
    ControlView view() {
        return view;
    }

    /**
     * One round.
     *
     * @param maxWaitMs how long to wait for a report when there is nothing to do
     * @return how much was done; 0 when idle, so that the caller may wait
     */
    int doWork(long nowMs, long maxWaitMs) {
        if (role == Role.FENCED || role == Role.CLOSED) {
            return 0;
        }
        try {
            int work = step(nowMs, maxWaitMs);
            reachable();
            return work;
        } catch (LogUnavailableException e) {
            // What a follower did not hear meanwhile says nothing about the leader.
            stopFollowing();
            unreachable(e);
            return 0;
        } catch (FencedException e) {
            if (self.waits()) {
                standDown();
                return 1;
            }
            // By another coordinator, who needs a moment to say so in the log, or by the broker after a long pause:
            // then nobody will.
            yieldUntilMs = term > 0 ? nowMs + YIELD_MS : nowMs;
            giveUpLeadership();
            return 1;
        }
    }

    private int step(long nowMs, long maxWaitMs) {
        Leadership leader = leadership;
        if (leader != null) {
            return round(leader, nowMs, maxWaitMs);
        }
        return follows ? follow(nowMs, Math.min(maxWaitMs * 10, FOLLOW_WAIT_MS)) : lead(nowMs);
    }

    private int follow(long nowMs, long maxWaitMs) {
        Following log = following;
        if (log == null) {
            long patienceMs = LEADER_TIMEOUT_MS + Math.floorMod(self.id().hashCode(), STAGGERS) * STAGGER_MS;
            log = new Following(cluster.openControlLog(), patienceMs, nowMs);
            following = log;
        }
        int work = log.poll(nowMs, maxWaitMs);
        if (log.leaderless(nowMs)) {
            term = log.control().leader().map(LeaderElected::term).orElse(0L);
            LOG.atInfo()
                    .addKeyValue("coordinator", self.id())
                    .addKeyValue("term", term)
                    .log("Nobody leads, or the leader of this term is silent; taking over");
            control = log.control();
            role = Role.STARTING;
            view = view.withRole(role);
            stopFollowing();
            follows = false;
            return lead(nowMs);
        }
        if (log.caughtUp() && (work > 0 || role != Role.FOLLOWING)) {
            role = Role.FOLLOWING;
            view = Views.of(role, log.control(), new Observations(policy, nowMs), nowMs);
            refuseAll();
        }
        return work;
    }

    private void stopFollowing() {
        Following log = following;
        following = null;
        if (log != null) {
            log.close();
        }
    }

    private int lead(long nowMs) {
        if (outvoted(term > 0 ? readLog() : control)) {
            return standDown();
        }
        if (nowMs < yieldUntilMs) {
            return 0;
        }
        ControlLogWriter writer = cluster.takeControlLog();
        FleetReader fleet = null;
        try {
            control = readLog();
            if (outvoted(control)) {
                // This has just fenced the leader, who will find itself named in the log still and take over again.
                writer.close();
                return standDown();
            }
            fleet = cluster.openFleet();
            beginTerm(new Leadership(writer, fleet, new Observations(policy, nowMs)), nowMs);
            return 1;
        } catch (RuntimeException e) {
            writer.close();
            if (fleet != null) {
                fleet.close();
            }
            throw e;
        }
    }

    private void beginTerm(Leadership leader, long nowMs) {
        long next = control.leader().map(LeaderElected::term).orElse(0L) + 1;
        carryOut(Decision.of(new LeaderElected(self.id(), next, self.address())), leader, nowMs);
        term = next;
        dueMs = Long.MIN_VALUE;
        role = Role.LEADING;
        leadership = leader;
        LOG.atInfo()
                .addKeyValue("coordinator", self.id())
                .addKeyValue("term", term)
                .log("This coordinator leads");
        // The leader before may have died between saying so and doing so.
        control.trims().forEach(trimmed -> trim(trimmed, new InboxesTrimmed(trimmed.pipeline(), List.of())));
        publish(leader, nowMs);
    }

    /** Returns whether the log names another leader than this one, which led before. */
    private boolean outvoted(ControlState log) {
        return term > 0
                && log.leader()
                        .filter(leader ->
                                leader.term() > term && !leader.coordinator().equals(self.id()))
                        .isPresent();
    }

    private int standDown() {
        if (self.waits()) {
            LOG.atWarn()
                    .addKeyValue("coordinator", self.id())
                    .addKeyValue("term", term)
                    .log("This coordinator leads no more; it follows whoever does");
            giveUpLeadership();
            follows = true;
            return 1;
        }
        LOG.atWarn()
                .addKeyValue("coordinator", self.id())
                .log("Another coordinator leads now; this one decides nothing any more");
        end(Role.FENCED);
        return 1;
    }

    private ControlState readLog() {
        return ControlState.read(cluster.openControlLog());
    }

    private int round(Leadership leader, long nowMs, long maxWaitMs) {
        leader.seen().tick(nowMs);
        boolean busy = !requests.isEmpty();
        List<FleetRecord> reports = leader.fleet().poll(busy ? 0 : maxWaitMs);
        reports.forEach(report -> leader.seen().observe(report, control, nowMs));
        int work = reports.size() + followSavepoints(leader) + answerRequests(leader, nowMs);
        if (work > 0 || nowMs >= nextLookMs) {
            boolean news = leader.seen().changes() != changesLookedAt;
            work += news || nowMs >= dueMs ? decide(leader, nowMs) : trim(leader, nowMs);
            nextLookMs = nowMs + LOOK_MS;
        }
        if (nowMs - appendedAtMs >= AFFIRM_MS) {
            carryOut(Decision.of(new LeaderElected(self.id(), term, self.address())), leader, nowMs);
        }
        if (work > 0) {
            publish(leader, nowMs);
        }
        return work;
    }

    private int followSavepoints(Leadership leader) {
        List<Ended> news = savepoints.ended();
        for (Ended ended : news) {
            if (ended instanceof Ended.Taken taken) {
                leader.seen().keepInboxes(taken.pipeline(), false);
            } else if (ended instanceof Ended.Restored restored && !restored.again()) {
                leader.seen().restored(restored.instance(), restored.problem());
            }
        }
        for (PipelineAdmitted run : control.pipelines()) {
            if (control.phase(run) == Phase.RESTORING
                    && leader.seen().restored(run.instance()).isEmpty()) {
                control.unrestored(run).ifPresent(restored -> savepoints.restore(run, restored.savepoint()));
            }
        }
        return news.size();
    }

    private int decide(Leadership leader, long nowMs) {
        for (int made = 0; made < MAX_DECISIONS; made++) {
            Moment now = new Moment(nowMs);
            Optional<Decision> decision = decider.next(control, leader.seen(), now);
            if (decision.isEmpty()) {
                changesLookedAt = leader.seen().changes();
                advancesLookedAt = leader.seen().advances();
                dueMs = now.nextMs();
                return made;
            }
            carryOut(decision.get(), leader, nowMs);
        }
        throw new IllegalStateException(
                "decisions without end, the next is " + decider.next(control, leader.seen(), new Moment(nowMs)));
    }

    /** Slots come further all the time, and that alone makes nothing due but this. */
    private int trim(Leadership leader, long nowMs) {
        if (leader.seen().advances() == advancesLookedAt) {
            return 0;
        }
        Moment now = new Moment(nowMs);
        Optional<Decision> decision = decider.nextTrim(control, leader.seen(), now);
        if (decision.isEmpty()) {
            advancesLookedAt = leader.seen().advances();
            dueMs = Math.min(dueMs, now.nextMs());
            return 0;
        }
        carryOut(decision.get(), leader, nowMs);
        return 1 + decide(leader, nowMs);
    }

    private int answerRequests(Leadership leader, long nowMs) {
        int answered = 0;
        for (Request request = requests.peek(); request != null; request = requests.peek()) {
            Admission answer = answer(request, leader, nowMs);
            // Taken out only now: while Kafka is away the request stays and is answered later.
            requests.remove(request);
            publish(leader, nowMs);
            request.answer().complete(answer);
            answered++;
        }
        return answered;
    }

    private Admission answer(Request request, Leadership leader, long nowMs) {
        Verdict verdict = request.decide().apply(control);
        try {
            carryOut(verdict.decision(), leader, nowMs);
            return verdict.admission();
        } catch (RefusedException e) {
            return new Refused(String.valueOf(e.getMessage()));
        }
    }

    private void carryOut(Decision decision, Leadership leader, long nowMs) {
        FencedSlots fenced = new FencedSlots(control);
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.EnsureTopics topics) {
                cluster.ensureTopics(topics.plan(), topics.mayCreate());
            } else if (effect instanceof Effect.DeleteTopics topics) {
                cluster.deleteTopics(topics.plan());
            } else if (effect instanceof Effect.TakeSavepoint take) {
                savepoints.take(take.run(), take.name());
                leader.seen().keepInboxes(take.run().name(), true);
            } else if (effect instanceof Effect.FenceLease fence) {
                LOG.atInfo()
                        .addKeyValue("pipeline", fence.pipeline())
                        .addKeyValue("worker", fence.workerName())
                        .log("Fencing the lease of a worker that is gone");
                cluster.fenceLease(fence.pipeline(), fence.workerName());
                fenced.fenced(fence);
            }
        }
        if (decision.records().isEmpty()) {
            return;
        }
        List<ControlRecord> records = fenced.withEnds(decision.records(), cluster);
        append(records, leader);
        appendedAtMs = nowMs;
        for (ControlRecord one : records) {
            if (one instanceof InboxesTrimmed trimmed) {
                trim(trimmed, control.trimmed(trimmed.pipeline()));
            }
            control.replay(one);
            leader.seen().decided(one, nowMs);
            if (one instanceof SlotAssigned assigned) {
                log(assigned);
            }
            if (one instanceof PhaseChanged changed) {
                onPhase.accept(changed);
            }
        }
    }

    private static void log(SlotAssigned assigned) {
        LOG.atInfo()
                .addKeyValue("slot", assigned.slot())
                .addKeyValue("epoch", assigned.epoch().number())
                .addKeyValue("worker", assigned.worker())
                .log(assigned.revoked() ? "The slot is to be let go" : "The slot is assigned");
    }

    /** Removes what a decision that is in the log says, as far as it goes beyond the one before (rule R14). */
    private void trim(InboxesTrimmed trimmed, InboxesTrimmed before) {
        Map<LogPartition, Long> further = new HashMap<>();
        for (InboxesTrimmed.Trim one : trimmed.inboxes()) {
            if (one.before() > before.before(one.stage(), one.partition())) {
                String inbox = Names.inboxTopic(trimmed.pipeline(), one.stage());
                further.put(new LogPartition(inbox, one.partition()), one.before());
            }
        }
        if (!further.isEmpty()) {
            cluster.trim(further);
        }
    }

    private void append(List<ControlRecord> records, Leadership leader) {
        try {
            leader.writer().append(records);
        } catch (LogUnavailableException e) {
            giveUpLeadership();
            throw e;
        }
    }

    private void giveUpLeadership() {
        Leadership leader = leadership;
        leadership = null;
        role = Role.STARTING;
        view = view.withRole(role);
        if (leader != null) {
            leader.close();
        }
    }

    private void unreachable(LogUnavailableException e) {
        if (!outage) {
            outage = true;
            LOG.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("Kafka cannot be reached; nothing is decided until it is back, rows go on where they can");
        }
    }

    private void reachable() {
        if (outage) {
            outage = false;
            LOG.atInfo().log("Kafka is back");
        }
    }

    private void publish(Leadership leader, long nowMs) {
        leader.seen().inboxBytes(cluster.bytesOnDisk());
        view = Views.of(role, control, leader.seen(), nowMs);
    }

    private void end(Role last) {
        giveUpLeadership();
        role = last;
        view = view.withRole(role);
        refuseAll();
    }

    private void refuseAll() {
        for (Request request = requests.poll(); request != null; request = requests.poll()) {
            request.answer()
                    .complete(new Refused(
                            view.role() == Role.CLOSED
                                    ? "the coordinator is closed"
                                    : "another coordinator leads; ask that one"));
        }
    }

    /** Called by the thread that calls {@link #doWork}, last. */
    @Override
    public void close() {
        stopFollowing();
        resign();
        if (role != Role.FENCED) {
            end(Role.CLOSED);
        }
    }

    /** Says that nobody leads, so that another need not wait for it to fall silent. */
    private void resign() {
        Leadership leader = leadership;
        if (leader == null || !self.waits()) {
            return;
        }
        try {
            leader.writer().append(List.of(new LeaderElected("", term)));
        } catch (FencedException | LogUnavailableException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("The others have to find out by themselves");
        }
    }
}
