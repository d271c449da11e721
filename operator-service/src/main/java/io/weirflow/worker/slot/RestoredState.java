package io.weirflow.worker.slot;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.state.SlotStore;
import java.util.Map;

/**
 * The state of a slot as it was committed last.
 *
 * @param published for the step of each Kafka sink, the number of the last row that is visible, where newer than the progress
 */
record RestoredState(SlotStore store, Progress progress, Map<Integer, Long> published) {

    long publishedOf(int step) {
        long checkpointed = progress.sinks().stream()
                .filter(sink -> sink.step() == step)
                .mapToLong(Progress.SinkState::lastSequence)
                .findFirst()
                .orElse(0);
        return Math.max(checkpointed, published.getOrDefault(step, 0L));
    }
}
