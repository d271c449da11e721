package io.weirflow.cli.run;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.cli.RefusedException;
import io.weirflow.worker.operators.PluginPath;
import io.weirflow.worker.operators.UserOperatorFactory;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The class path of users' operators, connectors and formats. */
public final class Plugins {

    private Plugins() {}

    /**
     * Returns a loader over jars and folders; a folder that holds jars stands for them, another for its classes.
     *
     * @throws RefusedException when one is absent
     */
    public static ClassLoader loader(List<Path> paths) {
        ClassLoader own = Plugins.class.getClassLoader();
        if (paths.isEmpty()) {
            return own;
        }
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new RefusedException("--plugins " + path + ": there is no such jar or folder");
            }
        }
        try {
            return new PluginPath(paths, own);
        } catch (UncheckedIOException e) {
            throw new RefusedException("--plugins cannot be read: " + e.getMessage());
        }
    }

    /**
     * Makes one of each operator of the pipeline, so that one that cannot be made is known before anything has begun.
     *
     * @throws RefusedException when one cannot: why, and what to do
     */
    public static void check(Pipeline pipeline, ClassLoader plugins) {
        UserOperatorFactory factory = new UserOperatorFactory(plugins);
        for (StagePlan stage : pipeline.stages()) {
            for (Step step : stage.steps()) {
                if (step.spec() instanceof StepSpec.UserOperator operator) {
                    try {
                        factory.create(step.entry(), operator);
                    } catch (IllegalArgumentException e) {
                        throw new RefusedException(e.getMessage() + " (--plugins JAR|DIR gives that path)");
                    }
                }
            }
        }
    }
}
