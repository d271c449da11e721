package io.weirflow.worker.slot;

import io.weirflow.protocol.chain.ChainLedger;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.state.SlotStore;
import io.weirflow.worker.sink.CommittedSink;
import io.weirflow.worker.sink.Committer;
import org.jspecify.annotations.Nullable;

/**
 * What a slot is made of, put together by {@link SlotOpener}.
 *
 * @param removeState removes the local state, once it is closed
 * @param ledger null for a slot that reads a source
 * @param term of the lease under which the progress was read
 * @param course how far the slot may read, and with which version of its stage
 */
record SlotParts(
        Incarnation incarnation,
        SlotInput input,
        StepChain chain,
        SlotOutputs outputs,
        OutstandingSends sends,
        SlotStore store,
        Runnable removeState,
        @Nullable ChainLedger ledger,
        Committer committer,
        long term,
        LogPartition changelog,
        SlotMetrics metrics,
        Room room,
        SlotCourse course) {

    boolean hasRoom() {
        return room.hasRoom();
    }

    /** Closes everything but the state; what one part throws must not keep the others open. */
    void stop() {
        Closing.quietly("input", input::close);
        Closing.quietly("steps", chain::close);
    }

    /** Closes the state, last: a store that stays open cannot be opened again. */
    void closeState() {
        Closing.quietly("state", store::close);
    }

    /** Whether the slot may take or make more rows: back-pressure, decided in one place. */
    static final class Room {
        private final SlotSettings settings;
        private final OutstandingSends sends;
        private final FrameSender sender;
        private final SlotStore store;
        private @Nullable StepChain chain;
        private long sinkBytesUnderWay;
        private double windowTaken;

        Room(SlotSettings settings, OutstandingSends sends, FrameSender sender, SlotStore store) {
            this.settings = settings;
            this.sends = sends;
            this.sender = sender;
            this.store = store;
        }

        void chain(StepChain newChain) {
            chain = newChain;
        }

        /** What sinks write to the log has gone to the committer, or come back from it when negative. */
        void sinkBytesUnderWay(long moreBytes) {
            sinkBytesUnderWay += moreBytes;
        }

        /** Returns how much has gone there and not come back. */
        long sinkBytesUnderWay() {
            return sinkBytesUnderWay;
        }

        /**
         * Says how much is taken of what may wait in the inboxes that the slot sends to. A full one does not hold up what has begun to fire: no checkpoint can be taken before
         * its end, and whoever is to have the slot next would wait for that.
         */
        void windowTaken(double share) {
            windowTaken = share;
        }

        boolean hasRoom() {
            if (sends.sizeBytes() > settings.maxBytesUnderWay() || sender.congested()) {
                return false;
            }
            return chain == null
                    || (chain.hasRoom()
                            && sinkBytesWaiting(chain) + sinkBytesUnderWay <= settings.maxSinkBytesWaiting());
        }

        /**
         * Whether the slot may take another record. Its rows may change more state than there is heap for, and what they have changed leaves the heap only by a checkpoint; so this is asked
         * before each one. What has begun to fire goes on without: no checkpoint can be taken before its end.
         */
        boolean mayRead() {
            return records(1) > 0;
        }

        /** Whether there is no room, and some soon: a slot that waits for its receivers hears of them twice a second. */
        boolean waitsForAcknowledgements() {
            return windowTaken < 1 && !mayRead();
        }

        /**
         * Returns how many records may be read, at most so many. That is less than there is room for when a destination is slow: a checkpoint waits for the rows that
         * were made before it, and one that takes long is often in vain (rule R6).
         */
        int records(int wanted) {
            int headroom = chain == null ? wanted : Math.min(wanted, chain.headroom());
            boolean changesFit = store.unfrozenBytes() <= settings.maxOverlayBytes();
            return changesFit && windowTaken < 1 && hasRoom() ? Math.max(0, headroom) : 0;
        }

        /** Returns the share of the room that is free, from 0 to 1; 0 exactly when no record may be taken. */
        double credit() {
            if (!mayRead()) {
                return 0;
            }
            double taken = Math.max(windowTaken, ownShareTaken());
            return 1 - taken;
        }

        private double ownShareTaken() {
            double taken = Math.max(
                    share(sends.sizeBytes(), settings.maxBytesUnderWay()),
                    share(store.unfrozenBytes(), settings.maxOverlayBytes()));
            if (chain != null) {
                taken = Math.max(
                        taken, share(sinkBytesWaiting(chain) + sinkBytesUnderWay, settings.maxSinkBytesWaiting()));
            }
            return taken;
        }

        /** Less than 1: as long as a bound is kept, there is room. */
        private static double share(long bytes, long maxBytes) {
            return bytes / (maxBytes + 1.0);
        }

        private static long sinkBytesWaiting(StepChain chain) {
            long bytes = 0;
            for (SinkNode sink : chain.sinks()) {
                CommittedSink committed = sink.committed();
                bytes += committed == null ? 0 : committed.waitingBytes();
            }
            return bytes;
        }
    }
}
