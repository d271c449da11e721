package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.Candidate.Succession;
import io.weirflow.coordinator.ControlView.SlotView;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.FleetRecord.FollowerReport;
import io.weirflow.protocol.fleet.FleetRecord.SinksCompleted;
import io.weirflow.protocol.fleet.FleetRecord.SlotReport;
import io.weirflow.protocol.fleet.FleetRecord.WorkerHeartbeat;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A coordinator in memory, driven step by step with virtual time; workers that beat as long as they are told to. */
final class Scenario {

    static final Policy POLICY = policy(0);
    static final long STEP_MS = 50;

    final MemoryCluster cluster = new MemoryCluster();
    final ScriptedSavepoints savepoints = new ScriptedSavepoints();
    final Set<WorkerId> beating = new HashSet<>();
    final List<Phase> phases = new ArrayList<>();
    final List<CompletableFuture<Admission>> answers = new ArrayList<>();
    private final Policy policy;
    CoordinatorAgent agent;
    long nowMs = 1_000_000;
    private int instances;
    private long beats;

    static Policy policy(long moveIntervalMs) {
        return new Policy(3_000, 10_000, 2_000, moveIntervalMs, 1, 3_000, 5_000, 1_000, 100, 1_000, 8, 10_000, 1_000);
    }

    Scenario() {
        this(POLICY);
    }

    Scenario(Policy policy) {
        this.policy = policy;
        this.agent = coordinator("c1");
    }

    CoordinatorAgent coordinator(String id) {
        return coordinator(new Candidate(id, "", Succession.AT_ONCE));
    }

    CoordinatorAgent coordinator(Candidate self) {
        return new CoordinatorAgent(
                self, policy, cluster, () -> "run-" + ++instances, changed -> phases.add(changed.phase()), savepoints);
    }

    /** Starts a coordinator that knows only the log. */
    void restart(String id) {
        agent.close();
        agent = coordinator(id);
        agent.doWork(nowMs, 0);
    }

    Scenario beats(WorkerId... workers) {
        beating.addAll(List.of(workers));
        return this;
    }

    void report(FleetRecord report) {
        cluster.fleet.add(report);
    }

    void step() {
        beating.forEach(worker -> report(new WorkerHeartbeat(worker, ++beats)));
        agent.doWork(nowMs, 0);
    }

    void run(long forMs) {
        for (long end = nowMs + forMs; nowMs < end; nowMs += STEP_MS) {
            step();
        }
    }

    /** Keeps the answer to a request that nobody waits for. */
    void ask(CompletableFuture<Admission> answer) {
        answers.add(answer);
    }

    Admission submit(Pipeline plan) {
        CompletableFuture<Admission> answer = agent.submit(plan, "/base");
        step();
        step();
        assertThat(answer).isDone();
        return answer.join();
    }

    SlotView slot(int stage, int partition) {
        return agent.view().pipeline("p").orElseThrow().slots().stream()
                .filter(view -> view.slot().equals(new SlotId("p", stage, partition)))
                .findFirst()
                .orElseThrow();
    }

    WorkerId owner(int stage, int partition) {
        return slot(stage, partition).owner().orElseThrow();
    }

    Phase phase() {
        return agent.view().pipeline("p").orElseThrow().phase();
    }

    String reason() {
        return agent.view().pipeline("p").orElseThrow().reason();
    }

    /** The owner reports this of a slot, under the newest epoch. */
    void status(int stage, int partition, SlotStatus status) {
        SlotView view = slot(stage, partition);
        report(new SlotReport(view.owner().orElseThrow(), view.slot(), view.epoch(), status));
    }

    /** All who follow a slot say that they have everything. */
    void followersCatchUp() {
        agent.view()
                .pipelines()
                .forEach(run -> run.slots()
                        .forEach(slot -> slot.followers()
                                .forEach(follower -> beating.stream()
                                        .filter(worker -> worker.name().equals(follower.worker()))
                                        .forEach(worker -> report(
                                                new FollowerReport(worker, slot.slot(), run.instance(), 1, 0))))));
    }

    void statusOfAll(SlotStatus status) {
        agent.view().pipeline("p").orElseThrow().slots().stream()
                .filter(view -> view.owner().isPresent())
                .forEach(view -> status(view.slot().stage(), view.slot().partition(), status));
    }

    void sinksCompleted(WorkerId worker) {
        report(new SinksCompleted(
                worker, "p", agent.view().pipeline("p").orElseThrow().instance(), 1));
    }

    long count(Class<? extends ControlRecord> kind) {
        return cluster.log.stream().filter(kind::isInstance).count();
    }

    /** Returns the appends and fences so far, and forgets them. */
    List<String> trace() {
        List<String> trace = List.copyOf(cluster.trace);
        cluster.trace.clear();
        return trace;
    }
}
