package io.weirflow.worker.slot;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.state.Restore;
import io.weirflow.state.SlotStore;
import io.weirflow.state.StateCorruptException;
import io.weirflow.state.StoredProgress;
import io.weirflow.worker.sink.CommitRequest;
import io.weirflow.worker.sink.Committer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a slot's local state up to its last committed checkpoint: what is there locally, then the rest of the changelog (rule R7: the caller
 * holds the lease). Local state that is damaged, or of a former incarnation, is removed first and all of the changelog is read.
 */
final class StateRestorer {

    private static final Logger LOG = LoggerFactory.getLogger(StateRestorer.class);

    private final LogPartition changelog;
    private final ChangelogReader reader;
    private final Incarnation incarnation;
    private final Committer committer;
    private final long term;

    StateRestorer(
            LogPartition changelog, ChangelogReader reader, Incarnation incarnation, Committer committer, long term) {
        this.changelog = changelog;
        this.reader = reader;
        this.incarnation = incarnation;
        this.committer = committer;
        this.term = term;
    }

    /** What was found in the changelog besides state. */
    private static final class Found {
        byte @Nullable [] progress;
        final Map<Integer, Long> published = new HashMap<>();
        final Map<Integer, Long> intended = new HashMap<>();
    }

    /** Damage shows when the state is opened, or only when it is read: what is there is removed in either case, because it may refuse to be opened. */
    RestoredState restore(LocalStates states, SlotId slot) {
        try {
            return restoreOnto(SlotStore.open(states.open(slot)));
        } catch (StateCorruptException e) {
            LOG.atWarn()
                    .addKeyValue("changelog", changelog)
                    .addKeyValue("reason", e.getMessage())
                    .log("Local state is damaged and is rebuilt from its changelog");
            states.remove(slot);
            return restoreOnto(SlotStore.open(states.open(slot)));
        }
    }

    private RestoredState restoreOnto(SlotStore store) {
        try {
            Optional<StoredProgress> local = store.progress().filter(this::isCurrent);
            if (local.isPresent()) {
                return replay(store, local, local.get().changelogNextOffset());
            }
            store.wipe();
            return replay(store, local, incarnation.equals(Incarnation.FIRST) ? 0 : beginOfIncarnation());
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private boolean isCurrent(StoredProgress stored) {
        return ProgressCodec.decode(stored.progress()).incarnation().equals(incarnation);
    }

    private RestoredState replay(SlotStore store, Optional<StoredProgress> local, long from) {
        Found found = new Found();
        Restore restore = store.beginRestore();
        long next = reader.read(changelog, from, (offset, key, value) -> {
            if (!ProgressCodec.isEngineKey(key)) {
                restore.put(key, value);
            } else if (value != null) {
                keep(found, key, value);
            }
        });
        Progress newest = found.progress != null
                ? ProgressCodec.decode(found.progress)
                : local.map(stored -> ProgressCodec.decode(stored.progress()))
                        .orElseGet(() -> Progress.initial(incarnation));
        // What was published after that checkpoint goes into the local state with it, for the next restore begins after
        // it.
        Progress progress = newest.withPublished(found.published).withIntents(found.intended);
        restore.finish(ProgressCodec.encode(progress), next);
        return new RestoredState(store, progress);
    }

    private void keep(Found found, byte[] key, byte[] value) {
        if (Arrays.equals(key, ProgressCodec.progressKey())) {
            found.progress = value;
        } else {
            checkNotSuperseded(key, value);
            ProgressCodec.stepOfPublishedKey(key).ifPresent(step -> {
                found.published.put(step, ProgressCodec.decodePublished(value, incarnation));
                found.intended.put(step, ProgressCodec.decodeIntent(value, incarnation));
            });
        }
    }

    /**
     * A worker that has lost its lease and does not know it yet may be opening a slot of a former run while the next has begun. It cannot commit, but
     * what it sends from a state of both runs would be wrong.
     */
    private void checkNotSuperseded(byte[] key, byte[] value) {
        if (Arrays.equals(key, ProgressCodec.beginKey())
                && ProgressCodec.decodeBegin(value).number() > incarnation.number()) {
            throw new LogException(LogException.Kind.FENCED, "the slot belongs to a later run of the pipeline", null);
        }
    }

    /**
     * Returns where the changelog of this incarnation begins; marks it first when this is the slot's first start in it.
     */
    private long beginOfIncarnation() {
        long[] begin = {-1};
        reader.read(changelog, 0, (offset, key, value) -> {
            boolean mark = Arrays.equals(key, ProgressCodec.beginKey());
            if (mark && value != null && ProgressCodec.decodeBegin(value).equals(incarnation)) {
                begin[0] = offset + 1;
            }
        });
        return begin[0] >= 0 ? begin[0] : markBegin();
    }

    private long markBegin() {
        Mark mark = new Mark();
        committer.submit(mark);
        committer.awaitSettled();
        if (!mark.offset.isDone()) {
            throw new LogException(LogException.Kind.RETRY, "the begin of the run could not be marked", null);
        }
        try {
            return mark.offset.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LogException problem) {
                throw problem;
            }
            throw e;
        }
    }

    /** The record at which an incarnation begins. */
    private final class Mark implements CommitRequest {
        private final CompletableFuture<Long> offset = new CompletableFuture<>();

        @Override
        public long term() {
            return term;
        }

        @Override
        public List<LogRecord> records() {
            return List.of(new LogRecord(
                    changelog.topic(),
                    changelog.partition(),
                    ProgressCodec.beginKey(),
                    ProgressCodec.encodeBegin(incarnation)));
        }

        @Override
        public long sizeBytes() {
            return Long.BYTES;
        }

        @Override
        public void committed(Map<LogPartition, Long> nextOffsets) {
            offset.complete(nextOffsets.get(changelog));
        }

        @Override
        public void failed(LogException problem) {
            offset.completeExceptionally(problem);
        }
    }
}
