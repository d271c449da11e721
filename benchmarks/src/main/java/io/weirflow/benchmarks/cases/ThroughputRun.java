package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.engine.ChildProcess;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.Job;
import io.weirflow.benchmarks.engine.OutputReader;
import io.weirflow.benchmarks.engine.ReadProgress;
import io.weirflow.benchmarks.report.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** Measures one engine on a full topic: how fast, and for how much of the processor, see {@link ThroughputCase}. */
final class ThroughputRun {

    static final String RATE = "rows/s";
    static final String SECOND_HALF_RATE = "2nd half rows/s";
    static final String CPU = "cpu µs/row";
    static final String SECOND_HALF_CPU = "2nd half cpu µs/row";

    /** An engine of which nothing is seen for so long, neither reading nor rows nor work, has stopped. */
    private static final long PATIENCE_MS = 300_000;

    /** However busy it is. */
    private static final long LONGEST_MS = 7_200_000;

    /** An engine that has read all may have many minutes of work ahead, of which nothing shows but what it takes of the processors. */
    private static final double WORKING_PROCESSORS = 0.3;

    private static final long WORKING_MS = 10_000;

    /** An engine that was handed nothing for so long may be through. */
    private static final long STILL_READS_MS = 200;

    private ThroughputRun() {}

    /**
     * A topic that was filled, and what to make of it.
     *
     * @param rows of the data, without those that close windows
     * @param records of the topic
     * @param columns of the answer
     * @param slots of the stage with the state
     * @param commitMs for engines that are not given one
     */
    record Load(
            Job.Program program,
            String input,
            long rows,
            long records,
            List<String> columns,
            Answer answer,
            int slots,
            long commitMs) {

        Load withSlots(int count) {
            return new Load(program, input, rows, records, columns, answer, count, commitMs);
        }
    }

    /** @param run names it: different from all others */
    static Sample measure(Session session, Load load, Engine engine, int round, String run)
            throws InterruptedException {
        String output = run + "-out";
        session.createTopic(output);
        ReadProgress progress = session.broker().progress();
        progress.restart(load.input());
        Job job = new Job(load.program(), run, load.input(), output, load.records(), load.commitMs(), load.slots());
        String servers = session.broker().bootstrapServers();
        AnswerWatch watch = watch(load, engine);
        CpuTrack cpu = new CpuTrack();
        try (OutputReader reader = new OutputReader(servers, output);
                ChildProcess process = engine.start(job, servers)) {
            long endMs = await(reader, watch, process, progress, load.input(), cpu);
            long firstMs = progress.reachedMs(load.input(), 0);
            long halfMs = progress.reachedMs(load.input(), 0.5);
            double rows = load.rows();
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put(RATE, rows * 1_000 / Math.max(1, endMs - firstMs));
            figures.put(SECOND_HALF_RATE, rows * 500 / Math.max(1, endMs - halfMs));
            figures.put(CPU, (cpu.at(endMs) - cpu.at(firstMs)) * 1e6 / rows);
            figures.put(SECOND_HALF_CPU, (cpu.at(endMs) - cpu.at(halfMs)) * 2e6 / rows);
            figures.put("start s", (firstMs - process.startedMs()) / 1_000.0);
            session.diagnose(process, run, figures);
            process.close();
            watch.verify(reader::readAgain);
            session.say(String.format(
                    Locale.ROOT,
                    "%s round %d: %,12.0f rows/s, %6.2f cpu µs/row",
                    run,
                    round,
                    figures.get(RATE),
                    figures.get(CPU)));
            return new Sample(engine.name(), round, figures);
        }
    }

    private static AnswerWatch watch(Load load, Engine engine) {
        if (!engine.calculates()) {
            return AnswerWatch.forAnyRow();
        }
        return engine.updates(load.program())
                ? AnswerWatch.holding(load.answer(), load.columns())
                : AnswerWatch.counting(load.answer(), load.columns());
    }

    /** Returns when the answer was complete, in milliseconds since the epoch. */
    private static long await(
            OutputReader reader,
            AnswerWatch watch,
            ChildProcess process,
            ReadProgress progress,
            String input,
            CpuTrack cpu) {
        long startMs = Clocks.epochMs();
        long movedMs = startMs;
        long lastReadMs = 0;
        while (true) {
            int count = reader.poll(watch::accept);
            long nowMs = Clocks.epochMs();
            watch.polled(nowMs, nowMs - lastReadMs < STILL_READS_MS);
            OptionalLong completeMs = watch.completeMs();
            if (completeMs.isPresent() || cpu.due(nowMs)) {
                cpu.note(nowMs, process.cpuSeconds());
            }
            if (completeMs.isPresent()) {
                return completeMs.getAsLong();
            }
            long readMs = progress.reachedMs(input, 1);
            if (count > 0 || readMs > lastReadMs || works(cpu, nowMs)) {
                movedMs = nowMs;
                lastReadMs = readMs;
            }
            if (!process.alive() || nowMs - movedMs > PATIENCE_MS || nowMs - startMs > LONGEST_MS) {
                throw new BenchException("no answer, " + watch.state() + "; " + process.lastWords());
            }
        }
    }

    private static boolean works(CpuTrack cpu, long nowMs) {
        double seconds = cpu.at(nowMs) - cpu.at(nowMs - WORKING_MS);
        return seconds * 1_000 > WORKING_PROCESSORS * WORKING_MS;
    }
}
