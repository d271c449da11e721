package io.weirflow.coordinator;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.savepoint.RunDecisions;
import io.weirflow.protocol.log.ControlLogReader;
import io.weirflow.protocol.savepoint.SavepointManifest;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The coordinator for a simulation that drives it; lies in this package because nobody else may see the agent. */
public final class SimCoordinator {

    private final String id;
    private final CoordinatorAgent agent;

    /** @param inTurn whether it is one of several, which follow while one leads; else it takes the lead at once */
    public SimCoordinator(
            String id,
            boolean inTurn,
            Policy policy,
            Cluster cluster,
            Supplier<String> instances,
            SavepointJobs savepoints) {
        this.id = id;
        this.agent = new CoordinatorAgent(
                new Candidate(id, "", inTurn ? Candidate.Succession.IN_TURN : Candidate.Succession.AT_ONCE),
                policy,
                cluster,
                instances,
                changed -> {},
                savepoints);
    }

    /**
     * @param patient whether a worker whose turn comes late is waited for. Else workers count as dead all the time that are not, which finds
     *     much, and keeps slots from getting anywhere
     */
    public static Policy policy(boolean patient) {
        return new Policy(
                patient ? 1_500 : 600, patient ? 4_000 : 1_500, 300, 0, 2, 300, 100, 100, 10, 200, 1_000_000, 50, 3);
    }

    /** Returns what a log says by the time that it is asked. */
    public static RunDecisions decisions(Supplier<ControlLogReader> logs) {
        return new ReadDecisions(logs);
    }

    public void doWork(long nowMs) {
        int unused = agent.doWork(nowMs, 0);
    }

    public boolean leads() {
        return agent.view().role() == ControlView.Role.LEADING;
    }

    /** Returns whether it will never decide anything again. */
    public boolean ended() {
        return agent.view().role() == ControlView.Role.FENCED;
    }

    /** Ends in order. */
    public void close() {
        agent.close();
    }

    public CompletableFuture<Admission> submit(Pipeline plan) {
        return agent.submit(plan, ".");
    }

    public CompletableFuture<Admission> scale(String pipeline, String stage, int workers) {
        return agent.scale(pipeline, stage, workers);
    }

    public CompletableFuture<Admission> savepoint(String pipeline, String name) {
        return agent.savepoint(pipeline, name);
    }

    public CompletableFuture<Admission> restore(SavepointManifest savepoint) {
        return agent.restore(savepoint, ".");
    }

    public CompletableFuture<Admission> stop(String pipeline, boolean now) {
        return agent.stop(pipeline, now);
    }

    @Override
    public String toString() {
        return id;
    }
}
