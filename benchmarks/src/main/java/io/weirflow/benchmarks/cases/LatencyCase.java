package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.engine.ChildProcess;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.Job;
import io.weirflow.benchmarks.engine.OutputReader;
import io.weirflow.benchmarks.report.CaseResult;
import io.weirflow.benchmarks.report.Percentiles;
import io.weirflow.benchmarks.report.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long a row takes through shuffles in a row at a steady, moderate rate: from the moment at which it was due to be produced until a
 * read_committed consumer has it. That the rate is kept although the machine hesitates is part of the figure (no coordinated omission). Rows
 * produced during warm-up don't count. Every row must come out exactly once.
 */
abstract class LatencyCase implements BenchCase {

    private static final int PER_SECOND = 2_000;

    /** The number of shuffles, and the program that has them. */
    abstract Job.Program program();

    abstract List<Engine> engines(Session session);

    @Override
    public final CaseResult run(Session session) throws InterruptedException {
        Rounds rounds = Rounds.of(session, engines(session), (engine, round) -> measure(session, engine, round));
        return new CaseResult(id(), title(), List.of("p50 ms", "p99 ms"), false, rounds.samples(), rounds.failures());
    }

    private Sample measure(Session session, Engine engine, int round) throws InterruptedException {
        String id = "bench-" + id() + '-' + engine.name() + '-' + round;
        String input = id + "-in";
        String output = id + "-out";
        session.createTopic(input);
        session.createTopic(output);
        String servers = session.broker().bootstrapServers();
        Job job = new Job(program(), id, input, output, 0, 100);
        try (OutputReader reader = new OutputReader(servers, output);
                ChildProcess process = engine.start(job, servers);
                SteadyProducer producer = new SteadyProducer(servers, List.of(input), PER_SECOND)) {
            Percentiles latencies = new LatencyProbe(reader, process, producer)
                    .measure(session.wishes().warmUpSeconds(), session.wishes().seconds());
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("p50 ms", latencies.at(0.5) / 1_000.0);
            figures.put("p90 ms", latencies.at(0.9) / 1_000.0);
            figures.put("p99 ms", latencies.at(0.99) / 1_000.0);
            figures.put("max ms", latencies.at(1) / 1_000.0);
            figures.put("rows", (double) latencies.size());
            figures.put("cpu s", process.cpuSeconds());
            session.diagnose(process, id, figures);
            session.say(String.format(
                    Locale.ROOT,
                    "%s round %d: %-28s p50 %,6.1f ms, p99 %,6.1f ms",
                    id(),
                    round,
                    engine.name(),
                    figures.get("p50 ms"),
                    figures.get("p99 ms")));
            return new Sample(engine.name(), round, figures);
        }
    }
}
