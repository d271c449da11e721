package io.weirflow.benchmarks.child;

import com.yammer.metrics.core.Meter;
import com.yammer.metrics.core.Metric;
import com.yammer.metrics.core.MetricName;
import io.weirflow.api.Edge;
import io.weirflow.benchmarks.Clocks;
import io.weirflow.broker.BrokerStartException;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.broker.EmbeddedBrokerConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.server.metrics.KafkaYammerMetrics;

/**
 * The broker of a benchmark: {@code BrokerMain DATA_DIR}. Says {@code ready HOST:PORT}, and then how far topics have been read: {@code read
 * EPOCH_MS TOPIC BYTES}, whenever that has changed. This tells when an engine reads its first record without asking the engine. Ends when its
 * standard input does.
 */
public final class BrokerMain {

    private static final long SAMPLE_INTERVAL_MS = 5;
    private static final Pattern TOPIC = Pattern.compile("topic=([^,]+)$");

    private final Map<String, Long> said = new HashMap<>();

    /** Looking for them among thousands of others takes longer than the rest of the sample, so that is done when there are others. */
    private final Map<String, Meter> meters = new HashMap<>();

    private int metricsSeen;
    private final PrintStream out;

    private BrokerMain(PrintStream out) {
        this.out = out;
    }

    /** Runs until the standard input ends. */
    @Edge // The process's own streams.
    public static void main(String[] args) throws BrokerStartException, IOException {
        ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.of(Path.of(args[0])))) {
            BrokerMain main = new BrokerMain(System.out);
            System.out.println("ready " + broker.bootstrapServers());
            System.out.flush();
            var sampling = sampler.scheduleAtFixedRate(
                    main::sample, SAMPLE_INTERVAL_MS, SAMPLE_INTERVAL_MS, TimeUnit.MILLISECONDS);
            while (System.in.read() >= 0) {
                // Nothing is said to a broker.
            }
            sampling.cancel(false);
        } finally {
            sampler.shutdownNow();
        }
    }

    private void sample() {
        Map<MetricName, Metric> all = KafkaYammerMetrics.defaultRegistry().allMetrics();
        if (all.size() != metricsSeen) {
            metricsSeen = all.size();
            all.forEach(this::remember);
        }
        meters.forEach((topic, meter) -> say(topic, meter.count()));
        out.flush();
    }

    private void remember(MetricName name, Metric metric) {
        if (name.getName().equals("BytesOutPerSec") && metric instanceof Meter meter) {
            Matcher topic = TOPIC.matcher(name.getMBeanName());
            if (topic.find()) {
                meters.put(topic.group(1), meter);
            }
        }
    }

    private void say(String topic, long bytes) {
        if (said.getOrDefault(topic, 0L) != bytes) {
            said.put(topic, bytes);
            out.println("read " + Clocks.epochMs() + ' ' + topic + ' ' + bytes);
        }
    }
}
