package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.data.Bids;
import io.weirflow.benchmarks.data.InputTopic;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.engine.ChildProcess;
import io.weirflow.benchmarks.engine.EmbeddedEngine;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.Job;
import io.weirflow.benchmarks.engine.OutputReader;
import io.weirflow.benchmarks.engine.Topics;
import io.weirflow.benchmarks.report.CaseResult;
import io.weirflow.benchmarks.report.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** From the command to the first row that its user sees: in a topic of a broker that runs already, or on the console with an embedded one. */
final class StartUpCase implements BenchCase {

    private static final String FIGURE = "first row s";
    private static final String INPUT = "input-k";
    private static final long ROWS = 1_000;
    private static final long PATIENCE_MS = 60_000;

    /** When the first line came on the console; 0 while there is none. */
    private final AtomicLong consoleMs = new AtomicLong();

    @Override
    public String id() {
        return "k";
    }

    @Override
    public String title() {
        return "start-up: command to first row";
    }

    @Override
    public CaseResult run(Session session) throws InterruptedException {
        session.createInput(INPUT);
        long records = new InputTopic(session.broker().bootstrapServers(), INPUT, Topics.PARTITIONS)
                .fill(new Bids(1, 1_000), ROWS, false, bid -> {});
        List<Engine> engines = new ArrayList<>(Engines.stateless(session.home()));
        engines.add(new EmbeddedEngine(session.home(), () -> consoleMs.compareAndSet(0, Clocks.epochMs())));
        Rounds rounds = Rounds.of(session, engines, (engine, round) -> measure(session, engine, round, records));
        session.removeInput(INPUT);
        return new CaseResult(id(), title(), List.of(FIGURE), false, rounds.samples(), rounds.failures());
    }

    private Sample measure(Session session, Engine engine, int round, long records) {
        String id = "bench-" + id() + '-' + engine.name() + '-' + round;
        String output = id + "-out";
        session.createTopic(output);
        consoleMs.set(0);
        String servers = session.broker().bootstrapServers();
        Job job = new Job(Job.Program.FILTER, id, INPUT, output, records, 100);
        try (OutputReader reader = new OutputReader(servers, output);
                ChildProcess process = engine.start(job, servers)) {
            double seconds = (firstRowMs(reader, process) - process.startedMs()) / 1_000.0;
            session.home().saveProfile(process, id);
            session.say(String.format(Locale.ROOT, "k round %d: %-28s %.1f s", round, engine.name(), seconds));
            return new Sample(engine.name(), round, Map.of(FIGURE, seconds));
        }
    }

    private long firstRowMs(OutputReader reader, ChildProcess process) {
        while (consoleMs.get() == 0) {
            // The engine without an output topic may have ended by then: its input is bounded.
            boolean alive = process.alive();
            if (reader.poll(value -> {}) > 0) {
                return Clocks.epochMs();
            }
            if (consoleMs.get() == 0 && (!alive || Clocks.epochMs() - process.startedMs() > PATIENCE_MS)) {
                throw new BenchException("no row; " + process.lastWords());
            }
        }
        return consoleMs.get();
    }
}
