package io.weirflow.worker.slot;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.Progress.SinkState;
import io.weirflow.state.SlotStore;

/**
 * The state of a slot as it was committed last.
 *
 * @param formerOwners whether it is surely what a former owner has committed, who can commit no more. Else it may be that of an owner that has come since, when this
 *     worker has lost the slot and does not know it yet
 */
record RestoredState(SlotStore store, Progress progress, boolean formerOwners) {

    /** Returns the number of the last visible row of the Kafka sink of a step, or the last settled one of an effect sink. */
    long publishedOf(int step) {
        return progress.sinks().stream()
                .filter(sink -> sink.step() == step)
                .mapToLong(sink -> Math.max(sink.lastSequence(), sink.publishedSequence()))
                .findFirst()
                .orElse(0);
    }

    /** Returns the number of the row whose effect may have been attempted and has no outcome, 0 for none. */
    long intendedOf(int step) {
        return progress.sinks().stream()
                .filter(sink -> sink.step() == step)
                .mapToLong(SinkState::intendedSequence)
                .findFirst()
                .orElse(0);
    }
}
