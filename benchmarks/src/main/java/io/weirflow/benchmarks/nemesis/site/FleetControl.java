package io.weirflow.benchmarks.nemesis.site;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.cli.RefusedException;
import io.weirflow.cli.control.Control;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What an operator does with pipelines, by the commands of {@code weirflow}. Each is asked again until it is done, for coordinators are tormented,
 * too; one that cannot be done for minutes is an exception, and a finding. Any thread.
 */
public final class FleetControl {

    private static final long PATIENCE_US = TimeUnit.MINUTES.toMicros(3);
    private static final long PAUSE_US = 500_000;

    private final String coordinators;
    private final Map<String, Path> pipelines;
    private final List<Stage> stages;

    /**
     * A stage that can be scaled.
     *
     * @param slots how many it has
     */
    public record Stage(String pipeline, String name, int slots) {}

    private record Answer(int status, String out, String err) {}

    /**
     * @param coordinators as {@code --coordinator} takes them
     * @param pipelines the file of each
     * @param stages of them, that can be scaled
     */
    public FleetControl(String coordinators, Map<String, Path> pipelines, List<Stage> stages) {
        this.coordinators = coordinators;
        this.pipelines = new LinkedHashMap<>(pipelines);
        this.stages = List.copyOf(stages);
    }

    /** Returns the pipelines, always in the same order. */
    public List<String> pipelines() {
        return List.copyOf(pipelines.keySet());
    }

    /** Returns the stages that can be scaled, always in the same order. */
    public List<Stage> stages() {
        return stages;
    }

    /** Runs a pipeline, or goes on with it. */
    public void apply(String pipeline) throws InterruptedException {
        Path file = pipelines.get(pipeline);
        if (file == null) {
            throw new BenchException("there is no pipeline " + pipeline);
        }
        until("apply " + pipeline, control -> control.apply(file, Map.of()), answer -> answer.status() == 0);
    }

    /** Stops a pipeline and waits until it has stopped. */
    public void stop(String pipeline) throws InterruptedException {
        until("stop " + pipeline, control -> control.stop(pipeline), answer -> answer.status() == 0);
        until(
                "the end of " + pipeline,
                control -> control.describe(pipeline),
                answer -> answer.status() == 0 && phase(answer.out()).equals("STOPPED"));
    }

    /** Spreads a stage over so many workers; 0 for as many as there are. */
    public void scale(Stage stage, int workers) throws InterruptedException {
        until(
                "scale " + stage.name(),
                control -> control.scale(Optional.of(stage.pipeline()), stage.name(), workers),
                answer -> answer.status() == 0);
    }

    /** Returns the phase of a pipeline and the reason for it, as a coordinator tells it; waits for one that does. */
    public String phaseAndReason(String pipeline) throws InterruptedException {
        Answer answer =
                until("describe " + pipeline, control -> control.describe(pipeline), found -> found.status() == 0);
        String reason = json(answer.out()).path("reason").asText();
        return phase(answer.out()) + (reason.isEmpty() ? "" : ": " + reason);
    }

    private Answer until(String what, Function<Control, Integer> request, Predicate<Answer> done)
            throws InterruptedException {
        long startUs = Clocks.epochUs();
        Answer answer = ask(request);
        while (!done.test(answer)) {
            if (Clocks.epochUs() - startUs > PATIENCE_US) {
                throw new BenchException(what + ": not done for minutes; the last answer: " + answer);
            }
            Clocks.parkUntilUs(Clocks.epochUs() + PAUSE_US);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            answer = ask(request);
        }
        return answer;
    }

    private Answer ask(Function<Control, Integer> request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (PrintStream toOut = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream toErr = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            int status = request.apply(new Control(coordinators, Control.Form.json, toOut, toErr));
            return new Answer(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } catch (RefusedException e) {
            return new Answer(2, "", String.valueOf(e.getMessage()));
        }
    }

    private static String phase(String json) {
        return json(json).path("phase").asText();
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new BenchException("a coordinator answered what is no JSON: " + text);
        }
    }
}
