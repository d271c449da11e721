package io.weirflow.benchmarks.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weirflow.benchmarks.Clocks;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A coordinator and workers as users run them, each in a process of its own. Used by one thread. */
public final class Services implements AutoCloseable {

    private static final long START_TIMEOUT_US = 120_000_000;
    private static final long POLL_US = 100_000;
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    private final Home home;
    private final String kafka;
    private final String cluster;
    private final URI coordinatorAt;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final ChildProcess coordinator;
    private final Map<String, ChildProcess> workers = new LinkedHashMap<>();
    private final Set<String> started = new LinkedHashSet<>();

    /** Starts a coordinator, and waits until it leads. */
    public Services(Home home, String kafka, String cluster) {
        this.home = home;
        this.kafka = kafka;
        this.cluster = cluster;
        int port = freePort();
        this.coordinatorAt = URI.create("http://127.0.0.1:" + port);
        this.coordinator = start(
                "coordinator", List.of("coordinator", "--port", Integer.toString(port), "--plugins", home.ownJar()));
        await("the coordinator leads", () -> ask("GET", "/health/ready", "").status() == 200);
    }

    private record Answer(int status, String body) {}

    /** What is waited for. */
    @FunctionalInterface
    public interface Condition {
        boolean holds();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BenchException("there is no free port: " + e.getMessage());
        }
    }

    private ChildProcess start(String name, List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--kafka", kafka, "--cluster", cluster, "--name", name));
        Job job = new Job(Job.Program.SMALL, cluster + "-" + name, "", "", 0, 0);
        return home.weirflow(name, job, all, line -> {});
    }

    /** Starts a worker that takes these stages; again with the local state that it had, when it was there before. */
    public void startWorker(String name, List<String> stages) {
        List<String> arguments = new ArrayList<>(List.of("worker"));
        stages.forEach(stage -> arguments.addAll(List.of("--stage", stage)));
        Path data = home.state("weirflow", new Job(Job.Program.SMALL, cluster, "", "", 0, 0))
                .resolve(name);
        arguments.addAll(List.of("--data", data.toString(), "--plugins", home.ownJar()));
        started.add(name);
        workers.put(name, start(name, arguments));
    }

    /** Returns the files that keep what the coordinator and all workers so far have logged. */
    public List<Path> logs() {
        return Stream.concat(Stream.of("coordinator"), started.stream())
                .map(name -> home.log(cluster + "-" + name))
                .toList();
    }

    /** Ends a worker as SIGTERM does: it hands its slots over first. Blocks until it has ended. */
    public void stopWorker(String name) {
        ChildProcess worker = workers.remove(name);
        if (worker == null) {
            throw new BenchException("there is no worker " + name);
        }
        worker.close();
    }

    /** Ends a worker as {@code kill -9} does. */
    public void killWorker(String name) {
        ChildProcess worker = workers.remove(name);
        if (worker == null) {
            throw new BenchException("there is no worker " + name);
        }
        worker.kill();
    }

    /** Waits until so many workers live, as the coordinator sees it. */
    public void awaitWorkers(int count) {
        await(count + " workers live", () -> read("/workers").path("workers").size() == count);
    }

    /** Runs a pipeline, or changes what may be changed of one that runs. */
    public void apply(Path file, String text) {
        String query = "?file=" + file + "&base_dir=" + file.getParent();
        Answer answer = ask("POST", "/pipelines" + query, text);
        if (answer.status() / 100 != 2) {
            throw new BenchException("the pipeline is refused: " + answer.body());
        }
    }

    /** Spreads a stage over so many workers. */
    public void scale(String pipeline, String stage, int count) {
        Answer answer =
                ask("PUT", "/pipelines/" + pipeline + "/stages/" + stage + "/workers", "{\"workers\":" + count + "}");
        if (answer.status() / 100 != 2) {
            throw new BenchException("the stage is not scaled: " + answer.body());
        }
    }

    /** Returns how the coordinator sees a pipeline. */
    public JsonNode pipeline(String name) {
        return read("/pipelines/" + name);
    }

    private JsonNode read(String path) {
        Answer answer = ask("GET", path, "");
        try {
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new BenchException("the coordinator answers " + answer.body());
        }
    }

    private Answer ask(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(coordinatorAt.resolve(path))
                .timeout(ANSWER_TIMEOUT)
                .header("content-type", method.equals("POST") ? "application/yaml" : "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Answer(0, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }

    /** Waits until something holds; looks ten times a second. */
    public void await(String what, Condition condition) {
        long endUs = Clocks.epochUs() + START_TIMEOUT_US;
        while (!condition.holds()) {
            workers.forEach((name, worker) -> checkAlive(worker));
            checkAlive(coordinator);
            if (Clocks.epochUs() > endUs) {
                throw new BenchException("after two minutes it is not so that " + what);
            }
            Clocks.parkUntilUs(Clocks.epochUs() + POLL_US);
        }
    }

    private static void checkAlive(ChildProcess process) {
        if (!process.alive()) {
            throw new BenchException(process.lastWords());
        }
    }

    @Override
    public void close() {
        // In order, each would first hand its slots to the others.
        workers.values().forEach(ChildProcess::kill);
        coordinator.close();
    }
}
