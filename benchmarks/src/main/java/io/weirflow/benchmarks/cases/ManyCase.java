package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.engine.ChildProcess;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.Job;
import io.weirflow.benchmarks.engine.ManyEngine;
import io.weirflow.benchmarks.engine.OutputReader;
import io.weirflow.benchmarks.report.CaseResult;
import io.weirflow.benchmarks.report.Percentiles;
import io.weirflow.benchmarks.report.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** A hundred small pipelines in one process, each with a source of its own and a shuffle, ten rows per second each: what they take, and how long. */
final class ManyCase implements BenchCase {

    private static final int PIPELINES = 100;
    private static final int PER_SECOND = 10 * PIPELINES;

    @Override
    public String id() {
        return "h";
    }

    @Override
    public String title() {
        return "100 small pipelines in one process, 10 rows/s each";
    }

    @Override
    public CaseResult run(Session session) throws InterruptedException {
        List<Engine> engines = List.of(new ManyEngine(session.home(), PIPELINES));
        Rounds rounds = Rounds.of(session, engines, (engine, round) -> measure(session, engine, round));
        return new CaseResult(id(), title(), List.of(), false, rounds.samples(), rounds.failures());
    }

    private Sample measure(Session session, Engine engine, int round) throws InterruptedException {
        String id = "bench-h-" + round;
        String output = id + "-out";
        session.createTopic(output);
        List<String> inputs = IntStream.range(0, PIPELINES)
                .mapToObj(number -> ManyEngine.input(id + "-in", number))
                .toList();
        session.createSmallTopics(inputs);
        String servers = session.broker().bootstrapServers();
        Job job = new Job(Job.Program.SMALL, id, id + "-in", output, 0, 100);
        try (OutputReader reader = new OutputReader(servers, output);
                ChildProcess process = engine.start(job, servers);
                SteadyProducer producer = new SteadyProducer(servers, inputs, 1, PER_SECOND)) {
            LatencyProbe probe = new LatencyProbe(reader, process, producer);
            probe.begin(PIPELINES);
            double startSeconds = (Clocks.epochMs() - process.startedMs()) / 1_000.0;
            double cpuBefore = process.cpuSeconds();
            int seconds = session.wishes().seconds();
            int warmUpSeconds = session.wishes().warmUpSeconds();
            Percentiles latencies = probe.count(warmUpSeconds, seconds);
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("all have answered s", startSeconds);
            figures.put("p50 ms", latencies.at(0.5) / 1_000.0);
            figures.put("p99 ms", latencies.at(0.99) / 1_000.0);
            // Warm-up and measurement.
            figures.put("cpu %", (process.cpuSeconds() - cpuBefore) * 100 / (warmUpSeconds + seconds));
            figures.put("threads", (double) process.threads());
            session.diagnose(process, id, figures);
            probe.finish();
            session.say(String.format(Locale.ROOT, "h round %d: %s", round, figures));
            return new Sample(engine.name(), round, figures);
        }
    }
}
