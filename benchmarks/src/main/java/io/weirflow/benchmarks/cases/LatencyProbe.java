package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.data.OutputRow;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.engine.ChildProcess;
import io.weirflow.benchmarks.engine.OutputReader;
import io.weirflow.benchmarks.report.Percentiles;
import java.util.BitSet;
import java.util.List;

/** Produces rows, waits for them at the other end, and notes how long each took. Used by one thread. */
final class LatencyProbe {

    static final long US_PER_SECOND = 1_000_000;

    private static final long PATIENCE_US = 90 * US_PER_SECOND;

    private final OutputReader reader;
    private final SteadyProducer producer;
    private ChildProcess process;

    private final OutputRow parser = new OutputRow(List.of("id", "sent_us"));
    private final BitSet seen = new BitSet();
    private Percentiles latencies = new Percentiles();
    private long twice;
    private long lastUs;
    private long countFromUs = Long.MAX_VALUE;
    private long firstAfterUs;
    private long slowUs;
    private int firstMissing;
    private long usualUs = Long.MAX_VALUE;

    LatencyProbe(OutputReader reader, ChildProcess process, SteadyProducer producer) {
        this.reader = reader;
        this.process = process;
        this.producer = producer;
    }

    /**
     * Measures: from the first row at the other end a warm-up, then the measurement.
     *
     * @return latencies in microseconds
     * @throws BenchException when rows don't come, or come twice
     */
    Percentiles measure(int warmUpSeconds, int seconds) throws InterruptedException {
        Percentiles measured = settle(warmUpSeconds, seconds);
        finish();
        return measured;
    }

    /** As {@link #measure}, but goes on to produce afterwards. */
    Percentiles settle(int warmUpSeconds, int seconds) {
        begin(1);
        return count(warmUpSeconds, seconds);
    }

    /** Begins to produce, and waits for the first rows. */
    void begin(int firstRows) {
        producer.start();
        lastUs = Clocks.epochUs();
        while (seen.nextClearBit(0) < firstRows) {
            poll();
        }
    }

    /** Lets rows pass for a while, then measures. */
    Percentiles count(int warmUpSeconds, int seconds) {
        countFromUs = Clocks.epochUs() + warmUpSeconds * US_PER_SECOND;
        long untilUs = countFromUs + seconds * US_PER_SECOND;
        while (Clocks.epochUs() < untilUs) {
            poll();
        }
        Percentiles measured = latencies;
        if (measured.size() == 0) {
            throw new BenchException("no row came in " + seconds + " s");
        }
        latencies = new Percentiles();
        return measured;
    }

    /** Goes on with another process in the place of the first. */
    void follow(ChildProcess heir) {
        process = heir;
        lastUs = Clocks.epochUs();
    }

    /**
     * Waits until rows have taken no longer than this for two seconds: all rows that were due up to two seconds after the last slower one have come, so
     * neither a stall of all rows counts nor one of some.
     *
     * @param fromUs when it began: what comes afterwards counts
     * @return when the last slower row came
     */
    long awaitUsual(long fromUs, long newUsualUs) {
        usualUs = newUsualUs;
        firstAfterUs = 0;
        // Rows that were under way when the process died still come; those that were not yet due then cannot.
        countFromUs = fromUs;
        slowUs = fromUs;
        while (firstAfterUs == 0 || allCameUntilUs() - Math.max(slowUs, firstAfterUs) < 2 * US_PER_SECOND) {
            poll();
        }
        return Math.max(slowUs, firstAfterUs);
    }

    /** Returns when the last row was due that has come and of which none before it is missing. */
    private long allCameUntilUs() {
        firstMissing = seen.nextClearBit(firstMissing);
        return producer.dueUs(firstMissing - 1L);
    }

    /** Returns when the first row came that was due after the time given to {@link #awaitUsual}. */
    long firstAfterUs() {
        return firstAfterUs;
    }

    /** Ends the stream and waits for the rest of its rows. */
    void finish() throws InterruptedException {
        producer.stop();
        while (seen.cardinality() < producer.produced()) {
            poll();
        }
        if (twice > 0) {
            throw new BenchException("the answer is wrong: " + twice + " rows came twice");
        }
    }

    private void poll() {
        reader.poll(this::accept);
        if (!process.alive() || Clocks.epochUs() - lastUs > PATIENCE_US) {
            throw new BenchException(
                    "of " + producer.produced() + " rows " + seen.cardinality() + " came; " + process.lastWords());
        }
    }

    private void accept(byte[] value) {
        lastUs = Clocks.epochUs();
        long[] row = parser.read(value);
        int id = Math.toIntExact(row[0]);
        if (seen.get(id)) {
            twice++;
        }
        seen.set(id);
        long tookUs = lastUs - row[1];
        if (tookUs > usualUs) {
            slowUs = lastUs;
        }
        if (row[1] >= countFromUs) {
            latencies.add(tookUs);
            if (firstAfterUs == 0) {
                firstAfterUs = lastUs;
            }
        }
    }
}
