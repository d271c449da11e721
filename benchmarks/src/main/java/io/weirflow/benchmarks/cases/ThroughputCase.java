package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.data.Bid;
import io.weirflow.benchmarks.data.Bids;
import io.weirflow.benchmarks.data.InputTopic;
import io.weirflow.benchmarks.engine.Engine;
import io.weirflow.benchmarks.engine.Job;
import io.weirflow.benchmarks.engine.Topics;
import io.weirflow.benchmarks.report.CaseResult;
import java.util.List;
import java.util.Locale;

/**
 * How many rows per second an engine takes from a full topic to committed answers.
 *
 * <p>The topic is filled once. An engine starts, reads from the beginning, and is stopped as soon as every row of the answer has become visible
 * to a read_committed consumer of the harness. {@code rows/s} counts from the first byte that the broker handed to the engine to the last row of the
 * answer, so it includes warm-up of the JVM but not its start; {@code 2nd half rows/s} counts from the moment half of the input was handed out. The
 * processor time is that of the engine's process alone, of all its threads, in the same intervals.
 */
abstract class ThroughputCase implements BenchCase {

    static final long SEED = 42;

    /** The program that engines run. */
    abstract Job.Program program();

    /** The rows of data unless another number is asked for. */
    abstract long defaultRows(Session session);

    /** The columns of the answer. */
    abstract List<String> columns();

    /** Calculates the answer without any engine. */
    abstract Oracle oracle();

    abstract List<? extends Engine> engines(Session session);

    /** Whether there are windows to be closed at the end of the data. */
    abstract boolean windows();

    /** Takes the data in order and calculates the answer. */
    interface Oracle {
        void accept(Bid bid);

        Answer answer();
    }

    @Override
    public final CaseResult run(Session session) throws InterruptedException {
        ThroughputRun.Load load = fill(session, id(), session.rows(defaultRows(session)));
        Rounds rounds = Rounds.of(
                session,
                engines(session),
                (engine, round) -> ThroughputRun.measure(
                        session, load, engine, round, "bench-" + id() + '-' + engine.name() + '-' + round));
        session.removeInput(load.input());
        return new CaseResult(
                id(),
                title(),
                List.of(ThroughputRun.RATE, ThroughputRun.SECOND_HALF_RATE),
                true,
                rounds.samples(),
                rounds.failures());
    }

    /** Writes the data, and calculates the answer on the way. */
    final ThroughputRun.Load fill(Session session, String name, long rows) {
        String input = "input-" + name;
        session.createInput(input);
        session.say(String.format(Locale.ROOT, "%s: writing %,d bids", name, rows));
        Oracle oracle = oracle();
        long records = new InputTopic(session.broker().bootstrapServers(), input, Topics.PARTITIONS)
                .fill(bids(rows), rows, windows(), oracle::accept);
        Answer answer = oracle.answer();
        session.say(String.format(Locale.ROOT, "%s: the answer has %,d rows", name, answer.size()));
        return new ThroughputRun.Load(
                program(), input, rows, records, columns(), answer, Topics.PARTITIONS, commitMs());
    }

    /** Returns the data. */
    Bids bids(long rows) {
        return new Bids(SEED, 100_000);
    }

    /** Commit interval for engines that are not given one. */
    long commitMs() {
        return 1_000;
    }
}
