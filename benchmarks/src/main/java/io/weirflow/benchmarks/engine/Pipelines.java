package io.weirflow.benchmarks.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The pipelines that Weirflow runs: resources, with the names of a run put in. */
public final class Pipelines {

    private Pipelines() {}

    /** Writes a pipeline to the folder of the run. */
    static Path write(Home home, String template, Job job, String guarantee) {
        Map<String, String> values = Map.of(
                "ID", job.id(),
                "INPUT", job.input(),
                "OUTPUT", job.output(),
                "GUARANTEE", guarantee,
                "SLOTS", Integer.toString(job.slots()));
        String text = text(template, values);
        try {
            Path folder = Files.createDirectories(home.work().resolve("pipelines"));
            return Files.writeString(folder.resolve(job.id() + ".yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns a pipeline.
     *
     * @param values what stands for {@code ${NAME}}
     */
    public static String text(String template, Map<String, String> values) {
        String text = read(template);
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("${" + value.getKey() + "}", value.getValue());
        }
        return text;
    }

    private static String read(String template) {
        String name = "/pipelines/" + template + ".yaml";
        try (InputStream in = Pipelines.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new BenchException("there is no pipeline " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
