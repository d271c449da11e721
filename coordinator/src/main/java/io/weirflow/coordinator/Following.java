package io.weirflow.coordinator;

import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.LeaderElected;
import io.weirflow.protocol.log.ControlLogReader;
import java.util.List;

/**
 * A coordinator's look at the log while another leads. Whatever the leader appends shows that it lives; when it has nothing to decide, it
 * repeats its election. So the log that must work for a leader to be of any use is also what proves that it works. Used by one thread.
 */
final class Following implements AutoCloseable {

    private final ControlLogReader log;
    private final long patienceMs;
    private final ControlState control = new ControlState();
    private long heardMs;
    private long tickMs;

    /** @param patienceMs a leader that appends nothing for so long is gone */
    Following(ControlLogReader log, long patienceMs, long nowMs) {
        this.log = log;
        this.patienceMs = patienceMs;
        this.heardMs = nowMs;
        this.tickMs = nowMs;
    }

    /** Reads on; returns the number of decisions. */
    int poll(long nowMs, long maxWaitMs) {
        long awayMs = nowMs - tickMs;
        tickMs = nowMs;
        if (awayMs > patienceMs / 3) {
            // This one was paused, which says nothing about the leader.
            heardMs += awayMs;
        }
        List<ControlRecord> decisions = log.poll(maxWaitMs);
        decisions.forEach(control::replay);
        if (!decisions.isEmpty() || !log.caughtUp()) {
            heardMs = nowMs;
        }
        return decisions.size();
    }

    ControlState control() {
        return control;
    }

    boolean caughtUp() {
        return log.caughtUp();
    }

    /** Returns whether nobody leads: there is no leader yet, it has ended in order, or it is silent. */
    boolean leaderless(long nowMs) {
        boolean none = control.leader().map(LeaderElected::resigned).orElse(true);
        return log.caughtUp() && (none || nowMs - heardMs >= patienceMs);
    }

    @Override
    public void close() {
        log.close();
    }
}
