package io.weirflow.benchmarks.nemesis;

import io.weirflow.testkit.history.Violation;
import java.util.List;
import java.util.Map;

/**
 * What a run has shown.
 *
 * @param seconds that it took
 * @param faults that were done, in their order
 * @param counts what went in and came out
 * @param violations how many of each kind
 * @param examples of them
 * @param troubles what else went wrong: pipelines that failed, requests that were never done, processes that ended by themselves
 */
record Outcome(
        double seconds,
        List<Done> faults,
        Map<String, Long> counts,
        Map<Violation.Kind, Long> violations,
        List<Violation> examples,
        List<String> troubles) {

    /**
     * A fault that was done.
     *
     * @param atSeconds when it struck, since the faults began
     * @param untilSeconds when it was undone
     */
    record Done(int number, double atSeconds, double untilSeconds, String kind, String what) {}

    boolean clean() {
        return violations.isEmpty() && troubles.isEmpty();
    }
}
