package io.weirflow.cli.run;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.cli.RefusedException;
import io.weirflow.worker.operators.UserOperatorFactory;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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
        List<URL> urls = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new RefusedException("--plugins " + path + ": there is no such jar or folder");
            }
            List<Path> jars = jarsIn(path);
            (jars.isEmpty() ? List.of(path) : jars).forEach(found -> urls.add(url(found)));
        }
        return new URLClassLoader("plugins", urls.toArray(URL[]::new), own);
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
                        factory.create(step.entry(), operator.className());
                    } catch (IllegalArgumentException e) {
                        throw new RefusedException(e.getMessage() + " (--plugins JAR|DIR gives that path)");
                    }
                }
            }
        }
    }

    private static List<Path> jarsIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new RefusedException("--plugins " + folder + " cannot be read: " + e.getMessage());
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
