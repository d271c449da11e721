package io.weirflow.benchmarks.nemesis.site;

import com.fasterxml.jackson.databind.JsonNode;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.nemesis.site.Requests.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What an operator does with pipelines, by the commands of {@code weirflow}. Each is asked again until it is done, for coordinators are tormented,
 * too; one that cannot be done for minutes is an exception, and a finding. Any thread, but only one at a time for one pipeline.
 */
public final class FleetControl {

    private static final long STEP_US = TimeUnit.SECONDS.toMicros(20);

    private final Requests requests;
    private final Savepoints savepoints;
    private final List<Deployed> pipelines;
    private final Map<Version, Integer> versions = new ConcurrentHashMap<>();

    /**
     * A stage that can be scaled.
     *
     * @param slots how many it has
     */
    public record Stage(String pipeline, String name, int slots) {}

    /**
     * A pipeline of the fleet.
     *
     * @param stages of it, that can be scaled
     * @param versions names of variables in the file, each of which changes a stage: its value is the version that the stage's rows name
     */
    public record Deployed(String name, Path file, List<Stage> stages, List<String> versions) {
        public Deployed {
            stages = List.copyOf(stages);
            versions = List.copyOf(versions);
        }
    }

    /** A variable of a pipeline. */
    private record Version(String pipeline, String variable) {}

    /**
     * @param coordinators as {@code --coordinator} takes them
     * @param savepoints the folder of savepoints, which all coordinators have
     */
    public FleetControl(String coordinators, Path savepoints, List<Deployed> pipelines) {
        this.requests = new Requests(coordinators);
        this.savepoints = new Savepoints(requests, this, savepoints);
        this.pipelines = List.copyOf(pipelines);
    }

    /** Returns the pipelines, always in the same order. */
    public List<Deployed> pipelines() {
        return pipelines;
    }

    /** Returns the stages that can be scaled, always in the same order. */
    public List<Stage> stages() {
        return pipelines.stream().flatMap(one -> one.stages().stream()).toList();
    }

    /** Returns what can be done with savepoints. */
    public Savepoints savepoints() {
        return savepoints;
    }

    private Deployed deployed(String pipeline) {
        return pipelines.stream()
                .filter(one -> one.name().equals(pipeline))
                .findFirst()
                .orElseThrow(() -> new BenchException("there is no pipeline " + pipeline));
    }

    /** Runs a pipeline, or goes on with it, in the version that it has come to. */
    public void apply(String pipeline) throws InterruptedException {
        Deployed one = deployed(pipeline);
        Map<String, String> set = one.versions().stream()
                .collect(Collectors.toMap(name -> name, name -> Integer.toString(version(pipeline, name))));
        requests.until(
                "apply " + pipeline, () -> requests.once(control -> control.apply(one.file(), set)), Answer::done);
    }

    private int version(String pipeline, String variable) {
        return versions.getOrDefault(new Version(pipeline, variable), 1);
    }

    /**
     * Gives a pipeline the next version of stages. Its slots go over to it later, each when it can.
     *
     * @param variables that say the versions of these stages
     */
    public void upgrade(String pipeline, List<String> variables) throws InterruptedException {
        variables.forEach(variable -> versions.put(new Version(pipeline, variable), version(pipeline, variable) + 1));
        apply(pipeline);
    }

    /**
     * Stops a pipeline and waits until it has stopped.
     *
     * @param now whether without waiting for its slots
     */
    public void stop(String pipeline, boolean now) throws InterruptedException {
        requests.until(
                "stop " + pipeline,
                () -> {
                    Answer unused = requests.once(control -> control.stop(pipeline, now));
                    return requests.describe(pipeline);
                },
                described -> described.done() && phase(described).equals("STOPPED"));
    }

    /** Deletes a pipeline that is stopped. */
    void delete(String pipeline) throws InterruptedException {
        requests.until(
                "delete " + pipeline,
                () -> {
                    Answer unused = requests.once(control -> control.delete(pipeline));
                    return requests.describe(pipeline);
                },
                Answer::refused);
    }

    /** Waits a while for all slots of a pipeline to run in the newest version of their stages. */
    void settle(String pipeline) throws InterruptedException {
        boolean unused = requests.within(STEP_US, pipeline, FleetControl::upToDate);
    }

    /** Returns whether all slots of all pipelines run, in the newest version of their stages. */
    public boolean upToDate() {
        return pipelines.stream().map(one -> requests.describe(one.name())).allMatch(FleetControl::upToDate);
    }

    private static boolean upToDate(Answer described) {
        return described.done() && all(described, "Running") && newest(described);
    }

    private static boolean all(Answer described, String status) {
        for (JsonNode slot : described.json().path("slots")) {
            if (!slot.path("status").asText().equals(status)) {
                return false;
            }
        }
        return true;
    }

    private static boolean newest(Answer described) {
        Map<String, Integer> newest = new ConcurrentHashMap<>();
        described
                .json()
                .path("stages")
                .forEach(stage -> newest.put(
                        stage.path("stage").asText(), stage.path("version").asInt()));
        for (JsonNode slot : described.json().path("slots")) {
            if (newest.getOrDefault(slot.path("stage").asText(), 0)
                    != slot.path("stageVersion").asInt()) {
                return false;
            }
        }
        return true;
    }

    /** Spreads a stage over so many workers; 0 for as many as there are. */
    public void scale(Stage stage, int workers) throws InterruptedException {
        requests.until(
                "scale " + stage.name(),
                () -> requests.once(control -> control.scale(Optional.of(stage.pipeline()), stage.name(), workers)),
                Answer::done);
    }

    /** Returns the phase of a pipeline and the reason for it, as a coordinator tells it; waits for one that does. */
    public String phaseAndReason(String pipeline) throws InterruptedException {
        Answer described = requests.until("describe " + pipeline, () -> requests.describe(pipeline), Answer::done);
        String reason = described.json().path("reason").asText();
        return phase(described) + (reason.isEmpty() ? "" : ": " + reason);
    }

    private static String phase(Answer described) {
        return described.json().path("phase").asText();
    }
}
