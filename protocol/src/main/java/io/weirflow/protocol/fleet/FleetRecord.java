package io.weirflow.protocol.fleet;

import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.List;

/**
 * A report of a worker, in the fleet topic. Reports state what is, not what happened: they may be lost, repeated or late, so a worker
 * repeats the last {@link SlotReport} of each of its slots, and its {@link SinksCompleted}, every few heartbeats for as long as the
 * control log names it the owner under that epoch. A new leader reads from the end of the topic and learns the rest from the repetitions.
 */
public sealed interface FleetRecord {

    /** The life of the worker that reports. */
    WorkerId worker();

    /**
     * The worker lives and takes slots. Sent when it starts and then several times within the coordinator's timeout.
     *
     * @param sequence counts this life's heartbeats, from 1
     * @param scope which slots it takes
     */
    record WorkerHeartbeat(WorkerId worker, long sequence, WorkerScope scope) implements FleetRecord {

        /** A worker that takes all slots. */
        public WorkerHeartbeat(WorkerId worker, long sequence) {
            this(worker, sequence, WorkerScope.ALL);
        }
    }

    /** The worker has released all its slots and ends; it must not be given any. */
    record WorkerLeft(WorkerId worker) implements FleetRecord {}

    /** How a slot is, under the epoch of its assignment. */
    record SlotReport(WorkerId worker, SlotId slot, LeaseEpoch epoch, SlotStatus status) implements FleetRecord {}

    /**
     * How close a worker is to the newest state of a slot that it follows. For the coordinator to choose by, and for people: what it says is old
     * when it is read, and nothing rests on it.
     *
     * @param instance the run
     * @param checkpoint number of the last checkpoint that the worker has, or {@link SlotStatus#NONE}
     * @param lagRecords how many records of the changelog it has yet to read, or to write in a large load, or {@link SlotStatus#NONE} when that is not known
     */
    record FollowerReport(WorkerId worker, SlotId slot, String instance, long checkpoint, long lagRecords)
            implements FleetRecord {}

    /**
     * How far a worker's slots have processed their inboxes, for those who send to them: from what lies behind that they learn whether to send more (back-pressure).
     * Checkpoints have no part in it.
     *
     * @param instance the run
     */
    record InboxPositions(WorkerId worker, String pipeline, String instance, List<InboxPosition> inboxes)
            implements FleetRecord {

        public InboxPositions {
            inboxes = List.copyOf(inboxes);
        }
    }

    /**
     * How far one inbox was processed.
     *
     * @param stage id of the stage
     * @param next offset of the next record that the slot takes
     */
    record InboxPosition(int stage, int partition, long next) {}

    /**
     * In phase COMPLETING: the worker has completed the sinks of this stage of this run. The owner of the stage's slot 0 does it, once
     * for the stage; it is safe to do it again.
     *
     * @param instance the run
     * @param stage id of the stage
     */
    record SinksCompleted(WorkerId worker, String pipeline, String instance, int stage) implements FleetRecord {}
}
