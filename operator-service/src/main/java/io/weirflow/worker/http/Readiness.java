package io.weirflow.worker.http;

import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.worker.service.SlotView;
import io.weirflow.worker.service.WorkerStatus;
import java.util.ArrayList;
import java.util.List;

/** Decides whether a worker does what it was assigned, and if not, says why. */
final class Readiness {

    /** Opening reads a changelog, which takes time; longer than this, a person should look. */
    static final long STUCK_MS = 60_000;

    private Readiness() {}

    /** Returns what is in the way; empty when the worker is ready. */
    static List<String> problems(WorkerStatus worker) {
        List<String> problems = new ArrayList<>();
        if (!worker.live()) {
            problems.add("the worker has stopped: restart the process");
        }
        if (worker.draining()) {
            problems.add("the worker releases its slots in order to end");
        }
        if (!worker.caughtUp()) {
            problems.add("the control log is not read yet");
        }
        worker.slots().forEach(slot -> addProblem(slot, problems));
        return problems;
    }

    private static void addProblem(SlotView slot, List<String> problems) {
        if (slot.status() instanceof SlotStatus.Failed failed) {
            problems.add("slot " + slot.slot() + " has failed: " + failed.reason());
        } else if (slot.openingMs() > STUCK_MS) {
            problems.add("slot " + slot.slot() + " has been opening for " + slot.openingMs() / 1000 + " s");
        }
    }
}
