package io.weirflow.protocol.id;

/**
 * A slot: one inbox partition of one stage, with its state.
 *
 * @param pipeline the pipeline's name
 * @param stage the stage's id in its pipeline
 * @param partition of the stage's inbox or source
 */
public record SlotId(String pipeline, int stage, int partition) implements Comparable<SlotId> {

    @Override
    public int compareTo(SlotId other) {
        int byPipeline = pipeline.compareTo(other.pipeline);
        if (byPipeline != 0) {
            return byPipeline;
        }
        int byStage = Integer.compare(stage, other.stage);
        return byStage != 0 ? byStage : Integer.compare(partition, other.partition);
    }

    @Override
    public String toString() {
        return pipeline + "/" + stage + "/" + partition;
    }
}
