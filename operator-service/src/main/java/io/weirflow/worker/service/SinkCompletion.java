package io.weirflow.worker.service;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.FleetRecord.SinksCompleted;
import io.weirflow.protocol.id.WorkerId;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * The end of bounded pipelines: the worker that holds slot 0 of a stage completes the stage's sinks, once all slots of the pipeline have finished. The
 * worker's control thread asks; the work is done on threads that may block.
 */
final class SinkCompletion {

    private final WorkerId worker;
    private final Executor blocking;
    private final Reporter reporter;
    private final Set<String> begun = ConcurrentHashMap.newKeySet();
    private final Queue<SinksCompleted> completed = new ConcurrentLinkedQueue<>();

    SinkCompletion(WorkerId worker, Executor blocking, Reporter reporter) {
        this.worker = worker;
        this.blocking = blocking;
        this.reporter = reporter;
    }

    /** Begins what is due of the stage of this slot. */
    void completeIfDue(HeldSlot slot, PipelineHost host, ControlBook book) {
        boolean due = slot.id().partition() == 0
                && book.phase(slot.id().pipeline())
                        .filter(Phase.COMPLETING::equals)
                        .isPresent();
        if (due && begun.add(key(host, slot))) {
            blocking.execute(() -> complete(slot, host));
        }
    }

    private void complete(HeldSlot slot, PipelineHost host) {
        try {
            host.completeSinks(slot.id().stage());
            SinksCompleted report = new SinksCompleted(
                    worker, slot.id().pipeline(), host.instance(), slot.id().stage());
            completed.add(report);
            reporter.soon(report);
        } catch (RuntimeException e) {
            boolean retriable = !(e instanceof ConnectorException problem) || problem.retriable();
            begun.remove(key(host, slot));
            slot.fail("the sinks cannot be completed: " + e.getMessage(), retriable, e);
        }
    }

    private static String key(PipelineHost host, HeldSlot slot) {
        return host.instance() + "/" + slot.id().stage();
    }

    /** Forgets a run that has ended. */
    void forget(String instance) {
        begun.removeIf(stage -> stage.startsWith(instance + "/"));
        completed.removeIf(report -> report.instance().equals(instance));
    }

    /** Returns what is to be said again and again. */
    Stream<FleetRecord> reports() {
        return completed.stream().map(FleetRecord.class::cast);
    }
}
