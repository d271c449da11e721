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

    private static final long US_PER_SECOND = 1_000_000;
    private static final long PATIENCE_US = 60 * US_PER_SECOND;

    private final OutputReader reader;
    private final ChildProcess process;
    private final SteadyProducer producer;

    private final OutputRow parser = new OutputRow(List.of("id", "sent_us"));
    private final Percentiles latencies = new Percentiles();
    private final BitSet seen = new BitSet();
    private long twice;
    private long lastUs;
    private long countFromUs = Long.MAX_VALUE;

    LatencyProbe(OutputReader reader, ChildProcess process, SteadyProducer producer) {
        this.reader = reader;
        this.process = process;
        this.producer = producer;
    }

    /**
     * Measures: from the first row at the other end, a warm-up as long as half of the measurement, then the measurement.
     *
     * @return latencies in microseconds
     * @throws BenchException when rows don't come, or come twice
     */
    Percentiles measure(int seconds) throws InterruptedException {
        producer.start();
        lastUs = Clocks.epochUs();
        while (seen.isEmpty()) {
            poll();
        }
        countFromUs = Clocks.epochUs() + seconds * US_PER_SECOND / 2;
        long untilUs = countFromUs + seconds * US_PER_SECOND;
        while (Clocks.epochUs() < untilUs) {
            poll();
        }
        producer.stop();
        while (seen.cardinality() < producer.produced()) {
            poll();
        }
        if (twice > 0) {
            throw new BenchException("the answer is wrong: " + twice + " rows came twice");
        }
        return latencies;
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
        if (row[1] >= countFromUs) {
            latencies.add(lastUs - row[1]);
        }
    }
}
