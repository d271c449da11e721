package io.weirflow.benchmarks.nemesis.site;

import com.fasterxml.jackson.databind.JsonNode;
import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.nemesis.site.Requests.Answer;
import io.weirflow.coordinator.savepoint.SavepointFailure;
import io.weirflow.coordinator.savepoint.SavepointFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What an operator does with savepoints. One that comes to nothing, because the leader is gone, slots go over to another version, or the pipeline is not there
 * at the moment, is taken again under another name; a file that is there has to be whole in any case. Any thread; {@link #stopAndRestore} by one at a
 * time for one pipeline.
 */
public final class Savepoints {

    private static final int TRIES_OF_STOPPED = 4;
    private static final long REFUSED_US = TimeUnit.MINUTES.toMicros(1);

    private final Requests requests;
    private final FleetControl fleet;
    private final SavepointFiles files;
    private final AtomicInteger last = new AtomicInteger();
    private final AtomicInteger taken = new AtomicInteger();

    /** @param folder that all coordinators have */
    Savepoints(Requests requests, FleetControl fleet, Path folder) {
        this.requests = requests;
        this.fleet = fleet;
        this.files = new SavepointFiles(folder, "nemesis");
    }

    /**
     * Takes a savepoint of a pipeline, whatever that does and whatever is done to it meanwhile. It is left when it is refused for long: an upgrade is under
     * way until each slot has passed what its dead lives may have sent, and those that die again and again have not.
     */
    public void take(String pipeline) throws InterruptedException {
        long startUs = Clocks.epochUs();
        Answer answer = requests.until(
                "savepoint of " + pipeline,
                () -> ask(pipeline),
                now -> now.done() || now.refused() && Clocks.epochUs() - startUs > REFUSED_US);
        if (answer.done()) {
            check(pipeline, name(answer));
        }
    }

    /** Returns how many were taken and found whole. */
    public int taken() {
        return taken.get();
    }

    private Answer ask(String pipeline) {
        String name = "n" + last.incrementAndGet();
        return requests.once(control -> control.savepoints().create(pipeline, Optional.of(name)));
    }

    private static String name(Answer taken) {
        return taken.json().path("name").asText();
    }

    /** A savepoint that was said to be taken is in the list, and each of its blocks is as it was written. */
    private void check(String pipeline, String name) throws InterruptedException {
        Answer unused = requests.until(
                "savepoint " + name + " of " + pipeline + " in the list",
                () -> requests.once(control -> control.savepoints().list(Optional.of(pipeline))),
                list -> list.done() && isTaken(list.json(), name));
        problem(pipeline, name).ifPresent(problem -> {
            throw new BenchException("savepoint " + name + " of " + pipeline + " was taken, and " + problem);
        });
        taken.incrementAndGet();
    }

    private static boolean isTaken(JsonNode list, String name) {
        for (JsonNode one : list.path("savepoints")) {
            if (one.path("name").asText().equals(name)) {
                return one.path("state").asText().equals("TAKEN");
            }
        }
        return false;
    }

    private Optional<String> problem(String pipeline, String name) {
        try {
            files.read(pipeline, name, block -> {});
            return Optional.empty();
        } catch (SavepointFailure e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Returns what is wrong with the files that there are, those of failed attempts included; nothing may be. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        files.list().forEach(file -> problem(file.pipeline(), file.name()).ifPresent(problems::add));
        return problems;
    }

    /**
     * Stops a pipeline in order, takes a savepoint of it, and runs it from that: nothing is repeated then.
     *
     * @param delete whether its state and inboxes are deleted before
     */
    public void stopAndRestore(String pipeline, boolean delete) throws InterruptedException {
        String name = takeStopped(pipeline);
        long former =
                incarnation(requests.until("describe " + pipeline, () -> requests.describe(pipeline), Answer::done));
        check(pipeline, name);
        if (delete) {
            fleet.delete(pipeline);
        }
        requests.until(
                "restore " + pipeline + " from " + name,
                () -> {
                    Answer unused = requests.once(
                            control -> control.savepoints().restore(pipeline, name, Optional.empty(), Map.of()));
                    return requests.describe(pipeline);
                },
                described -> described.done()
                        && incarnation(described) > former
                        && described.json().path("phase").asText().equals("RUNNING"));
    }

    private static long incarnation(Answer described) {
        return described.json().path("incarnation").asLong();
    }

    /** Only when all slots have stopped in order has nobody written more than the savepoint knows. */
    private String takeStopped(String pipeline) throws InterruptedException {
        Answer answer = requests.until(
                "savepoint of " + pipeline + " when it has stopped",
                () -> {
                    fleet.stop(pipeline, false);
                    Answer now = tryToTake(pipeline);
                    if (!now.done()) {
                        // An upgrade is under way, for which it has to run.
                        fleet.apply(pipeline);
                        fleet.settle(pipeline);
                    }
                    return now;
                },
                Answer::done);
        return name(answer);
    }

    private Answer tryToTake(String pipeline) throws InterruptedException {
        Answer answer = ask(pipeline);
        for (int tries = 1; !answer.done() && tries < TRIES_OF_STOPPED; tries++) {
            Requests.pause();
            answer = ask(pipeline);
        }
        return answer;
    }
}
