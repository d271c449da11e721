package io.weirflow.benchmarks.report;

import java.util.Optional;

/**
 * A target, and what came of it.
 *
 * @param caseId the case that measures it
 * @param what is measured
 * @param atLeast whether the limit is the least that is wanted; else the most
 * @param limit what is wanted
 * @param measured over the rounds; empty when the run does not tell
 */
public record Outcome(String caseId, String what, boolean atLeast, double limit, Optional<Spread> measured) {

    /** Whether the middle of the rounds meets it; empty when it was not measured. */
    public Optional<Boolean> met() {
        return measured.map(spread -> atLeast ? spread.median() >= limit : spread.median() <= limit);
    }
}
