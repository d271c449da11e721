package io.weirflow.protocol.fleet;

import java.util.List;

/**
 * Which slots a worker takes.
 *
 * @param pipelines names of pipelines; empty for all
 * @param stages names of stages, in whichever of these pipelines; empty for all
 */
public record WorkerScope(List<String> pipelines, List<String> stages) {

    /** A worker that takes whatever there is. */
    public static final WorkerScope ALL = new WorkerScope(List.of(), List.of());

    /** A worker that has not said yet what it takes. No pipeline has an empty name. */
    public static final WorkerScope UNKNOWN = new WorkerScope(List.of(""), List.of());

    /** A worker that is about to leave, and takes nothing more. No stage has an empty name. */
    public static final WorkerScope NONE = new WorkerScope(List.of(), List.of(""));

    public WorkerScope {
        pipelines = List.copyOf(pipelines);
        stages = List.copyOf(stages);
    }

    /** Returns whether it takes slots of this stage. */
    public boolean takes(String pipeline, String stage) {
        return (pipelines.isEmpty() || pipelines.contains(pipeline)) && (stages.isEmpty() || stages.contains(stage));
    }
}
