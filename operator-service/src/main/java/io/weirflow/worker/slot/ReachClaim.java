package io.weirflow.worker.slot;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.Progress.Course;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.worker.sink.Committer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commit that opens a slot: it says how far this life of the slot may come (rule R12). It runs beside the rest of the opening, since it is a round
 * trip to the log and a slot that moves is silent meanwhile; where the slot {@linkplain SlotCourse#mayGoAhead may go ahead} also beside its first records. Begun
 * by the thread that opens the slot, then the slot's own.
 */
final class ReachClaim {

    private static final Logger LOG = LoggerFactory.getLogger(ReachClaim.class);

    private final Committer committer;
    private final long term;
    private final LogPartition changelog;
    private final Progress claimed;
    private @Nullable AwaitedCommit commit;

    /** @param claimed the restored progress, with the course of the slot's new life */
    ReachClaim(Committer committer, long term, LogPartition changelog, Progress claimed) {
        this.committer = committer;
        this.term = term;
        this.changelog = changelog;
        this.claimed = claimed;
    }

    /** Returns what it claims. */
    Course course() {
        return claimed.course();
    }

    /** Begins to commit. A slot that has finished claims nothing. */
    void begin() {
        if (commit == null && !claimed.finished()) {
            commit = AwaitedCommit.submit(
                    committer, term, changelog, ProgressCodec.progressKey(), ProgressCodec.encode(claimed));
        }
    }

    /** Runs something once what has begun is settled, on any thread; it must not block. */
    void whenSettled(Runnable then) {
        AwaitedCommit begun = commit;
        if (begun != null) {
            begun.whenSettled(then);
        }
    }

    /** Returns whether nothing of what has begun can become durable any more. */
    boolean settled() {
        AwaitedCommit begun = commit;
        return begun == null || begun.settled();
    }

    /**
     * Returns what has become of it, once it is settled.
     *
     * @return the offset after it in the changelog, {@link SlotStatus#NONE} when there was nothing to claim
     * @throws LogException when it is not known to be committed
     */
    long result() {
        AwaitedCommit begun = commit;
        return begun == null ? SlotStatus.NONE : begun.result();
    }

    /** Commits, or waits until what has begun is settled. Blocks. */
    void complete() {
        begin();
        committer.awaitSettled(changelog);
    }

    /** Waits until what has begun can become durable no more, since others may open a slot that is not opened from then on (rule R7). Blocks. */
    void abandon() {
        if (commit == null) {
            return;
        }
        try {
            committer.awaitSettled(changelog);
        } catch (LogException e) {
            LOG.atDebug().addKeyValue("changelog", changelog).setCause(e).log("The claim of a slot that is not opened");
        }
    }
}
