package io.weirflow.worker.service;

import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.worker.slot.Replica;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A slot of another worker whose state this worker keeps at hand. The followers' thread feeds it; the thread that opens the slot, once it is this
 * worker's, takes the replica out of it. After that, and after it was closed, it does nothing any more.
 */
final class Follower {

    /** So much a follower reads in one round. */
    private static final long NEAR_RECORDS = 1_000;

    private final PipelineHost host;
    private final SlotId slot;
    private final LongSupplier clockMs;
    private @Nullable Replica replica;
    private boolean ended;
    private long retryAtMs = Long.MIN_VALUE;
    private volatile long checkpoint = SlotStatus.NONE;
    private volatile long lagRecords = SlotStatus.NONE;

    Follower(PipelineHost host, SlotId slot, LongSupplier clockMs) {
        this.host = host;
        this.slot = slot;
        this.clockMs = clockMs;
    }

    PipelineHost host() {
        return host;
    }

    SlotId slot() {
        return slot;
    }

    /** Returns the number of the last checkpoint that is here, {@link SlotStatus#NONE} before the first; any thread. */
    long checkpoint() {
        return checkpoint;
    }

    /** Returns how many records of the changelog are still to be read, or to be made valid on disk by a large load; {@link SlotStatus#NONE} when that is not known; any thread. */
    long lagRecords() {
        return lagRecords;
    }

    /** Returns whether everything that was committed when it last looked is here; any thread. */
    boolean caughtUp() {
        return lagRecords == 0;
    }

    /** Returns whether it will take more than a round until it has what is committed now; any thread. */
    boolean isFarBehind() {
        return lagRecords < 0 || lagRecords > NEAR_RECORDS;
    }

    synchronized boolean ended() {
        return ended;
    }

    /** Returns the replica, if it is open and nobody has taken it; for the followers' thread. */
    synchronized Optional<Replica> replica() {
        return Optional.ofNullable(replica);
    }

    synchronized boolean mayOpen(long nowMs) {
        return !ended && replica == null && nowMs >= retryAtMs;
    }

    /** Opens the local state, unless the slot was taken. May block for as long as it takes to open files. */
    synchronized void open() {
        if (!ended && replica == null) {
            replica = host.openReplica(slot);
        }
    }

    synchronized void record(long offset, byte[] key, byte @Nullable [] value) {
        Replica current = replica;
        if (current != null) {
            current.record(offset, key, value);
        }
    }

    /**
     * Takes note of how far it is.
     *
     * @param position everything before it was handed over
     * @param lag offsets from there to the end that is known, -1 when none is
     */
    synchronized void reached(long position, long lag) {
        Replica current = replica;
        if (current == null) {
            return;
        }
        if (lag == 0) {
            current.settle(position);
            checkpoint = current.checkpoint();
        }
        // Or the slot might move here in the middle of a load, and stand still until all of it is on disk.
        lagRecords = lag > 0 ? lag + current.unsettledRecords() : lag;
        notifyAll();
    }

    /**
     * Gives up for now.
     *
     * @param damaged whether the local state is of no more use
     */
    synchronized void fail(long retryMs, boolean damaged) {
        closeReplica();
        retryAtMs = retryMs;
        if (damaged && !ended) {
            host.removeState(slot);
        }
    }

    /**
     * Hands the replica over to whoever opens the slot, and ends. Empty when there is none; any thread.
     *
     * @param changelogEnd to which it should have come, if that is known: on the last steps it is waited for, since whoever takes it over would take longer
     * @param maxWaitMs for how long; 0 where nobody else feeds it
     */
    synchronized Optional<Replica> take(long changelogEnd, long maxWaitMs) {
        awaitReached(changelogEnd, maxWaitMs);
        ended = true;
        Optional<Replica> taken = Optional.ofNullable(replica);
        replica = null;
        return taken;
    }

    private synchronized void awaitReached(long changelogEnd, long maxWaitMs) {
        long untilMs = clockMs.getAsLong() + maxWaitMs;
        try {
            while (replica != null && isJustBefore(replica, changelogEnd)) {
                long leftMs = untilMs - clockMs.getAsLong();
                if (leftMs <= 0) {
                    return;
                }
                wait(leftMs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isJustBefore(Replica replica, long changelogEnd) {
        return replica.position() < changelogEnd && changelogEnd - replica.position() <= NEAR_RECORDS;
    }

    /** Closes what is open, and ends; any thread. */
    synchronized void end() {
        ended = true;
        closeReplica();
    }

    private void closeReplica() {
        Replica current = replica;
        replica = null;
        lagRecords = SlotStatus.NONE;
        if (current != null) {
            current.close();
        }
    }
}
