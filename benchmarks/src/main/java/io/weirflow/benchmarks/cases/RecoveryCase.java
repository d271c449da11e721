package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.engine.ChildProcess;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.FlinkEngine;
import io.weirflow.benchmarks.engine.Job;
import io.weirflow.benchmarks.engine.OutputReader;
import io.weirflow.benchmarks.engine.StreamsEngine;
import io.weirflow.benchmarks.report.CaseResult;
import io.weirflow.benchmarks.report.Percentiles;
import io.weirflow.benchmarks.report.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An engine under steady load is killed as by {@code kill -9}, and started again at once with what it had on disk. How long until rows take no longer
 * than before? The start of the JVM is part of that. Every row must come exactly once, those around the kill as well.
 */
final class RecoveryCase implements BenchCase {

    private static final String FIGURE = "recovery s";
    private static final int PER_SECOND = 5_000;

    @Override
    public String id() {
        return "g";
    }

    @Override
    public String title() {
        return "recovery: kill -9 under 5,000 rows/s through three shuffles, until latency is back";
    }

    @Override
    public CaseResult run(Session session) throws InterruptedException {
        List<Engine> engines = List.of(
                Engines.weirflow(session.home()),
                new StreamsEngine(session.home(), 100),
                new FlinkEngine(session.home(), "heap", 1_000));
        Rounds rounds = Rounds.of(session, engines, (engine, round) -> measure(session, engine, round));
        return new CaseResult(id(), title(), List.of(FIGURE), false, rounds.samples(), rounds.failures());
    }

    private Sample measure(Session session, Engine engine, int round) throws InterruptedException {
        String id = "bench-" + id() + '-' + engine.name() + '-' + round;
        String input = id + "-in";
        String output = id + "-out";
        session.createTopic(input);
        session.createTopic(output);
        String servers = session.broker().bootstrapServers();
        Job job = new Job(Job.Program.SHUFFLES_3, id, input, output, 0, 100);
        try (OutputReader reader = new OutputReader(servers, output);
                ChildProcess victim = engine.start(job, servers);
                SteadyProducer producer = new SteadyProducer(servers, List.of(input), PER_SECOND)) {
            LatencyProbe probe = new LatencyProbe(reader, victim, producer);
            Percentiles before = probe.settle(
                    session.wishes().warmUpSeconds(), session.wishes().seconds());
            long usualUs = Math.max(2 * before.at(0.99), LatencyProbe.US_PER_SECOND / 2);
            victim.kill();
            long killedUs = Clocks.epochUs();
            try (ChildProcess heir = engine.start(job, servers)) {
                probe.follow(heir);
                long backUs = probe.awaitUsual(killedUs, usualUs);
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put(FIGURE, seconds(backUs - killedUs));
                figures.put("first row s", seconds(probe.firstAfterUs() - killedUs));
                figures.put("p99 before ms", before.at(0.99) / 1_000.0);
                figures.put("cpu s", heir.cpuSeconds());
                session.diagnose(heir, id, figures);
                probe.finish();
                session.say(String.format(
                        Locale.ROOT, "g round %d: %-28s %.1f s", round, engine.name(), figures.get(FIGURE)));
                return new Sample(engine.name(), round, figures);
            }
        }
    }

    private static double seconds(long us) {
        return us / (double) LatencyProbe.US_PER_SECOND;
    }
}
