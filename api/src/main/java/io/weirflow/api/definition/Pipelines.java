package io.weirflow.api.definition;

/** Where pipelines in Java begin. */
public final class Pipelines {

    private Pipelines() {}

    /**
     * Begins the definition of a pipeline. Nothing is checked here: mistakes are reported by the same lint, all at once, as those of a
     * YAML file.
     *
     * @param name {@code [a-z][a-z0-9-]*}: the prefix of every topic, group and id
     */
    public static PipelineBuilder define(String name) {
        return new PipelineBuilder(name);
    }
}
