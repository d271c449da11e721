package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.data.Bids;
import io.weirflow.benchmarks.data.InputTopic;
import io.weirflow.benchmarks.data.OutputRow;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.engine.ChildProcess;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.Job;
import io.weirflow.benchmarks.engine.OutputReader;
import io.weirflow.benchmarks.engine.ReadProgress;
import io.weirflow.benchmarks.engine.Topics;
import io.weirflow.benchmarks.report.CaseResult;
import io.weirflow.benchmarks.report.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How many rows per second an engine takes from a full topic to committed answers.
 *
 * <p>The topic is filled once. An engine starts, reads from the beginning, and is stopped as soon as every row of the answer has become visible
 * to a read_committed consumer of the harness. {@code rows/s} counts from the first byte that the broker handed to the engine to the last row of the
 * answer, so it includes warm-up of the JVM but not its start; {@code 2nd half rows/s} counts from the moment half of the input was handed out.
 */
abstract class ThroughputCase implements BenchCase {

    private static final long SEED = 42;
    private static final long PATIENCE_MS = 60_000;
    private static final String RATE = "rows/s";

    /** The program that engines run. */
    abstract Job.Program program();

    /** The rows of data unless another number is asked for. */
    abstract long defaultRows();

    /** The columns of the answer. */
    abstract List<String> columns();

    /** Calculates the answer without any engine. */
    abstract Oracle oracle();

    abstract List<? extends Engine> engines(Session session);

    /** Whether there are windows to be closed at the end of the data. */
    abstract boolean windows();

    /** Bids per second of event time. */
    long perSecond() {
        return 100_000;
    }

    /** Takes the data in order and calculates the answer. */
    interface Oracle {
        void accept(Bid bid);

        Answer answer();
    }

    /** What all runs have in common. */
    private record Setting(Session session, String input, long rows, long records, Answer answer) {}

    @Override
    public final CaseResult run(Session session) throws InterruptedException {
        long rows = session.rows(defaultRows());
        String input = "input-" + id();
        session.createInput(input);
        session.say(String.format(Locale.ROOT, "%s: writing %,d bids", id(), rows));
        Oracle oracle = oracle();
        long records = new InputTopic(session.broker().bootstrapServers(), input, Topics.PARTITIONS)
                .fill(new Bids(SEED, perSecond()), rows, windows(), oracle::accept);
        Setting setting = new Setting(session, input, rows, records, oracle.answer());
        session.say(String.format(
                Locale.ROOT,
                "%s: the answer has %,d rows",
                id(),
                setting.answer().size()));
        Rounds rounds = Rounds.of(session, engines(session), (engine, round) -> measure(setting, engine, round));
        session.removeInput(input);
        return new CaseResult(
                id(), title(), List.of(RATE, "2nd half " + RATE), true, rounds.samples(), rounds.failures());
    }

    private Sample measure(Setting setting, Engine engine, int round) throws InterruptedException {
        Session session = setting.session();
        String id = "bench-" + id() + '-' + engine.name() + '-' + round;
        String output = id + "-out";
        session.createTopic(output);
        ReadProgress progress = session.broker().progress();
        progress.restart(setting.input());
        Job job = new Job(program(), id, setting.input(), output, setting.records(), commitMs());
        String servers = session.broker().bootstrapServers();
        Sink sink = engine.calculates() ? new Rows(setting.answer(), columns()) : new AnyRow();
        try (OutputReader reader = new OutputReader(servers, output);
                ChildProcess process = engine.start(job, servers)) {
            long endMs = await(reader, sink, process, progress, setting.input());
            long firstMs = progress.reachedMs(setting.input(), 0);
            long halfMs = progress.reachedMs(setting.input(), 0.5);
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put(RATE, setting.rows() * 1_000.0 / Math.max(1, endMs - firstMs));
            figures.put("2nd half " + RATE, setting.rows() * 500.0 / Math.max(1, endMs - halfMs));
            figures.put("start s", (firstMs - process.startedMs()) / 1_000.0);
            figures.put("resident MiB", (double) process.peakResidentMib());
            process.close();
            reader.drain(sink::accept);
            sink.verify(engine.updates());
            Sample sample = new Sample(engine.name(), round, figures);
            session.say(String.format(
                    Locale.ROOT, "%s round %d: %-28s %,12.0f rows/s", id(), round, engine.name(), figures.get(RATE)));
            return sample;
        }
    }

    /** Commit interval for engines that are not given one. */
    long commitMs() {
        return 1_000;
    }

    /** Returns when the answer was complete, in milliseconds since the epoch. */
    private static long await(
            OutputReader reader, Sink sink, ChildProcess process, ReadProgress progress, String input) {
        long movedMs = Clocks.epochMs();
        long lastReadMs = 0;
        while (true) {
            int count = reader.poll(sink::accept);
            long nowMs = Clocks.epochMs();
            if (sink.complete()) {
                return nowMs;
            }
            long readMs = progress.reachedMs(input, 1);
            if (count > 0 || readMs > lastReadMs) {
                movedMs = nowMs;
                lastReadMs = readMs;
            }
            if (!process.alive() || nowMs - movedMs > PATIENCE_MS) {
                throw new BenchException("no answer, " + sink.state() + "; " + process.lastWords());
            }
        }
    }

    /** What waits for the output. */
    private interface Sink {
        void accept(byte[] value);

        boolean complete();

        String state();

        void verify(boolean updates);
    }

    /** The rows of the answer. */
    private static final class Rows implements Sink {
        private final OutputRow parser;
        private final Answer.Comparison comparison;

        Rows(Answer answer, List<String> columns) {
            this.parser = new OutputRow(columns);
            this.comparison = answer.compare();
        }

        @Override
        public void accept(byte[] value) {
            comparison.accept(parser.read(value));
        }

        @Override
        public boolean complete() {
            return comparison.complete();
        }

        @Override
        public String state() {
            return String.format(
                    Locale.ROOT,
                    "%,d rows missing, %,d wrong or twice",
                    comparison.missingRows(),
                    comparison.otherRows());
        }

        @Override
        public void verify(boolean updates) {
            if (!updates && comparison.otherRows() > 0) {
                throw new BenchException("the answer is wrong: " + state());
            }
        }
    }

    /** The one record with which a floor says that it is through. */
    private static final class AnyRow implements Sink {
        private boolean seen;

        @Override
        public void accept(byte[] value) {
            seen = true;
        }

        @Override
        public boolean complete() {
            return seen;
        }

        @Override
        public String state() {
            return "not through yet";
        }

        @Override
        public void verify(boolean updates) {
            // It calculates nothing.
        }
    }
}
