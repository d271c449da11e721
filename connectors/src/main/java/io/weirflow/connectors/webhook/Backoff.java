package io.weirflow.connectors.webhook;

/** The pauses between the attempts of one request: they double, and are no shorter than the receiver asks. */
final class Backoff {

    private static final long FIRST_MS = 200;
    private static final long LONGEST_MS = 10_000;

    private long pauseMs = FIRST_MS;

    /** Returns the pause after an attempt, at least as long as asked. */
    long nextMs(long askedMs) {
        long nowMs = Math.max(pauseMs, askedMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_MS);
        return nowMs;
    }
}
