package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.engine.ChildProcess;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.Job;
import io.weirflow.benchmarks.engine.OutputReader;
import java.util.List;

/**
 * Uses the broker for a while before anything is measured. A broker that has just started compiles its own code for the better part of a minute, on
 * the processors that the engine under test needs, too: whoever ran first would pay for all.
 */
public final class WarmUp {

    private static final int PER_SECOND = 2_000;

    private WarmUp() {}

    /** Copies rows through three topics and a transaction with plain clients, for as long as was asked for. */
    public static void run(Session session) throws InterruptedException {
        int seconds = session.wishes().warmUpSeconds();
        if (seconds == 0) {
            return;
        }
        session.say("the broker warms up for " + seconds + " s");
        String id = "bench-warm-up";
        Engine clients = Engines.loops(session.home(), 3);
        session.createTopic(id + "-in");
        session.createTopic(id + "-out");
        String servers = session.broker().bootstrapServers();
        Job job = new Job(Job.Program.SHUFFLES_3, id, id + "-in", id + "-out", 0, 100);
        try (OutputReader reader = new OutputReader(servers, job.output());
                ChildProcess process = clients.start(job, servers);
                SteadyProducer producer = new SteadyProducer(servers, List.of(job.input()), PER_SECOND)) {
            var unused = new LatencyProbe(reader, process, producer).measure(0, seconds);
        }
        session.clear();
    }
}
