package io.weirflow.worker.slot;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.state.HeapAllowance;
import io.weirflow.state.Restore;
import io.weirflow.state.SlotStore;
import io.weirflow.state.StoredProgress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The local state of a slot on its way along the slot's changelog. Takeover, standby and move are the same: local files as they are found, the records
 * of the changelog from where they end, and, once the slot belongs to this worker and nobody else can commit to it, the rest (rule R7). Until then
 * a replica is a copy of a prefix.
 *
 * <p>Of a former incarnation nothing is kept: its local files are removed, and records before the begin mark of this one are passed over.
 *
 * <p>A slot that changes the version of its stage leaves one behind that is {@linkplain #isWhole whole}, and is opened again with it.
 *
 * <p>Used by one thread at a time.
 */
public final class Replica implements AutoCloseable {

    private static final long NO_TERM = -1;

    private final LogPartition changelog;
    private final Incarnation incarnation;
    private final SlotStore store;
    private final Map<Integer, Long> published = new HashMap<>();
    private final Map<Integer, Long> intended = new HashMap<>();
    private byte @Nullable [] progress;
    private boolean begun;
    private long position;
    private long settledPosition;
    private long wholeUnder = NO_TERM;
    private @Nullable Restore restore;

    private Replica(LogPartition changelog, Incarnation incarnation, SlotStore store) {
        this.changelog = changelog;
        this.incarnation = incarnation;
        this.store = store;
    }

    /**
     * Opens what is there locally.
     *
     * @throws io.weirflow.state.StateCorruptException when it is damaged: remove it and open it again
     */
    static Replica open(LocalStates states, SlotId slot, LogPartition changelog, Incarnation incarnation) {
        SlotStore store = SlotStore.open(states.open(slot));
        try {
            Replica replica = new Replica(changelog, incarnation, store);
            replica.begin();
            return replica;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /**
     * Returns the state of a slot that has ended right behind a checkpoint, in the same process.
     *
     * @param term of the lease under which the checkpoint was committed
     * @param next the offset after it
     */
    static Replica standing(
            SlotStore store, LogPartition changelog, Incarnation incarnation, long term, byte[] progress, long next) {
        Replica replica = new Replica(changelog, incarnation, store);
        replica.progress = progress;
        replica.position = next;
        replica.settledPosition = next;
        replica.begun = true;
        replica.wholeUnder = term;
        return replica;
    }

    private void begin() {
        Optional<StoredProgress> local = store.progress()
                .filter(stored ->
                        ProgressCodec.decode(stored.progress()).incarnation().equals(incarnation));
        if (local.isPresent()) {
            progress = local.get().progress();
            position = local.get().changelogNextOffset();
            begun = true;
        } else {
            store.wipe();
            begun = incarnation.equals(Incarnation.FIRST);
        }
        settledPosition = local.isPresent() ? position : -1;
    }

    public LogPartition changelog() {
        return changelog;
    }

    /** Returns the offset to read the changelog on from. */
    public long position() {
        return position;
    }

    /**
     * Returns whether nothing can follow in the changelog: the last checkpoint is of this term of the lease, and nobody has committed for the slot since. Then whoever
     * opens it knows as much as one that goes on behind its own checkpoint, and as little: that the lease was lost shows when it commits (rule R7).
     */
    boolean isWhole(long term) {
        return term == wholeUnder;
    }

    /**
     * Returns whether it has all that its former owner had committed when it let go, or was fenced.
     *
     * @param changelogEnd offset after the last of that, negative when it is not known
     */
    public boolean reaches(long changelogEnd) {
        return begun && changelogEnd >= 0 && position >= changelogEnd;
    }

    /** Returns how many records were taken that are not valid on disk yet, and are too many to be so soon; 0 when they are few. */
    public long unsettledRecords() {
        Restore current = restore;
        return current != null && current.loading() ? position - Math.max(0, settledPosition) : 0;
    }

    /** Returns whether the slot was ever opened in this incarnation; if not, the changelog holds nothing of it. */
    boolean begun() {
        return begun;
    }

    /** The slot is opened for the first time in this incarnation, which begins in the changelog at this offset. */
    void beginAt(long offset) {
        begun = true;
        position = offset;
    }

    /** Returns the number of the last checkpoint that it has, {@link SlotStatus#NONE} before the first. */
    public long checkpoint() {
        byte[] newest = progress;
        return newest == null ? SlotStatus.NONE : ProgressCodec.decode(newest).checkpoint();
    }

    /**
     * Takes a committed record of the changelog. The arrays are kept: do not change them.
     *
     * @throws LogException when the slot belongs to a later run already
     */
    public void record(long offset, byte[] key, byte @Nullable [] value) {
        if (ProgressCodec.isEngineKey(key)) {
            if (value != null) {
                keep(key, value);
            }
        } else if (begun) {
            restoring().put(key, value);
        }
        position = offset + 1;
    }

    private void keep(byte[] key, byte[] value) {
        if (Arrays.equals(key, ProgressCodec.beginKey())) {
            mark(ProgressCodec.decodeBegin(value));
        } else if (begun && Arrays.equals(key, ProgressCodec.progressKey())) {
            progress = value;
        } else if (begun) {
            ProgressCodec.stepOfPublishedKey(key).ifPresent(step -> {
                published.put(step, ProgressCodec.decodePublished(value, incarnation));
                intended.put(step, ProgressCodec.decodeIntent(value, incarnation));
            });
        }
    }

    /**
     * A worker that has lost its lease and does not know it yet may be opening a slot of a former run while the next has begun. It cannot commit, but
     * what it sends from a state of both runs would be wrong.
     */
    private void mark(Incarnation beginning) {
        if (beginning.number() > incarnation.number()) {
            throw new LogException(LogException.Kind.FENCED, "the slot belongs to a later run of the pipeline", null);
        }
        begun |= beginning.equals(incarnation);
    }

    /**
     * Makes what was taken so far valid on disk, as one. Call it where everything before {@code next} was handed over and is whole transactions.
     *
     * @param next the offset to read on from
     */
    public void settle(long next) {
        finish(next, Restore::finish);
    }

    /**
     * Returns the state as it was committed last: everything that is durable was read. The replica is of no more use. What little of it is not on disk yet
     * gets there with the slot's first checkpoint, since a slot that is silent does not wait for a disk that may be busy.
     *
     * @param next the offset to read on from
     * @param changelogEnd see {@link #reaches}
     * @param allowance what may stay on the heap until then
     */
    RestoredState complete(long next, long changelogEnd, HeapAllowance allowance) {
        finish(next, (read, newest, end) -> read.finishOnHeap(newest, end, allowance));
        // Beyond that end there are records of the next owner.
        return new RestoredState(store, newest(), position == changelogEnd);
    }

    private void finish(long next, Finish how) {
        position = Math.max(position, next);
        if (begun && position != settledPosition) {
            how.finish(restoring(), ProgressCodec.encode(newest()), position);
            restore = null;
            settledPosition = position;
        }
    }

    @FunctionalInterface
    private interface Finish {
        void finish(Restore restore, byte[] progress, long changelogNextOffset);
    }

    /** What was published after that checkpoint goes into the local state with it, for the next restore begins after it. */
    private Progress newest() {
        byte[] found = progress;
        Progress last = found == null ? Progress.initial(incarnation) : ProgressCodec.decode(found);
        return last.withPublished(published).withIntents(intended);
    }

    private Restore restoring() {
        Restore current = restore;
        if (current == null) {
            current = store.beginRestore();
            restore = current;
        }
        return current;
    }

    /** Closes the state. What was not {@linkplain #settle settled} is read again by the next. */
    @Override
    public void close() {
        store.close();
    }
}
