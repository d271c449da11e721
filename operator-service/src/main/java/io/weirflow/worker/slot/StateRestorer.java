package io.weirflow.worker.slot;

import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.state.HeapAllowance;
import io.weirflow.state.StateCorruptException;
import io.weirflow.worker.sink.Committer;
import java.util.Optional;
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
    private final HeapAllowance allowance;
    private final SlotListener listener;

    /** @param allowance what of all that is read may stay on the heap until the slots' first checkpoints */
    StateRestorer(
            LogPartition changelog,
            ChangelogReader reader,
            Incarnation incarnation,
            Committer committer,
            long term,
            HeapAllowance allowance,
            SlotListener listener) {
        this.allowance = allowance;
        this.listener = listener;
        this.changelog = changelog;
        this.reader = reader;
        this.incarnation = incarnation;
        this.committer = committer;
        this.term = term;
    }

    /**
     * Restores a slot.
     *
     * @param local what there is of it in this process; empty when the files refuse to be opened
     * @param changelogEnd see {@link SlotOpener#open}
     */
    RestoredState restore(LocalStates states, SlotId slot, Optional<Replica> local, long changelogEnd) {
        try {
            return complete(local.isPresent() ? local.get() : open(states, slot), changelogEnd);
        } catch (StateCorruptException e) {
            // Damage shows when the state is opened, or only when it is read: what is there is removed in either case,
            // because it may refuse to be opened.
            LOG.atWarn()
                    .addKeyValue("changelog", changelog)
                    .addKeyValue("reason", e.getMessage())
                    .log("Local state is damaged and is rebuilt from its changelog");
            states.remove(slot);
            return complete(open(states, slot), changelogEnd);
        }
    }

    private Replica open(LocalStates states, SlotId slot) {
        return Replica.open(states, slot, changelog, incarnation);
    }

    private RestoredState complete(Replica replica, long changelogEnd) {
        try {
            if (replica.isWhole(term) || replica.reaches(changelogEnd)) {
                listener.opening(OpeningStep.READ);
                return replica.complete(replica.position(), changelogEnd, allowance);
            }
            long next = reader.read(changelog, replica.position(), replica::record);
            listener.opening(OpeningStep.READ);
            if (!replica.begun()) {
                next = markBegin();
                replica.beginAt(next);
            }
            return replica.complete(next, changelogEnd, allowance);
        } catch (RuntimeException e) {
            replica.close();
            throw e;
        }
    }

    private long markBegin() {
        return AwaitedCommit.of(
                committer, term, changelog, ProgressCodec.beginKey(), ProgressCodec.encodeBegin(incarnation));
    }
}
