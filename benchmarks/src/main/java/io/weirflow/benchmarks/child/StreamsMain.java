package io.weirflow.benchmarks.child;

import io.weirflow.benchmarks.engine.Job;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * Kafka Streams' side of the benchmarks: {@code StreamsMain PROGRAM BOOTSTRAP INPUT OUTPUT ID COMMIT_MS STATE_DIR}. Exactly-once, a thread per
 * processor, a larger cache than by default; runs until it is killed.
 */
public final class StreamsMain {

    private static final long CACHE_BYTES = 64L << 20;

    private StreamsMain() {}

    /** Runs the topology. */
    public static void main(String[] args) throws InterruptedException {
        StreamsBuilder builder = new StreamsBuilder();
        new StreamsTopologies(builder, args[2], args[3]).add(Job.Program.valueOf(args[0]));
        Properties config = config(args);
        CountDownLatch ended = new CountDownLatch(1);
        try (KafkaStreams streams = new KafkaStreams(builder.build(config), config)) {
            streams.setUncaughtExceptionHandler(problem -> {
                ended.countDown();
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            ended.await();
        }
    }

    private static Properties config(String[] args) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, args[4]);
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[1]);
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, args[5]);
        config.put(StreamsConfig.STATE_DIR_CONFIG, args[6]);
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Runtime.getRuntime().availableProcessors());
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        config.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.OPTIMIZE);
        config.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        // A process that comes back takes its old place, without waiting for the one that died to time out.
        config.put(StreamsConfig.consumerPrefix("group.instance.id"), args[4]);
        return config;
    }
}
