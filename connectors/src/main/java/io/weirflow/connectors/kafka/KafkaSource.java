package io.weirflow.connectors.kafka;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.OptionSpec.Type;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.connector.SourceConnector;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.connectors.format.FormatOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic of the user's: assigned, read_committed, without a group. All partitions of a cluster that are read through one object of this class share
 * a few consumers, see {@link KafkaFetchers}.
 */
final class KafkaSource implements SourceConnector {

    static final long DEFAULT_MAX_RECORD_BYTES = 1 << 20;

    /**
     * A consumer waits for each of its fetches before it asks for the next, so one alone leaves slots waiting, too: with two, a filter took half as many
     * rows again on two processors. Each costs a thread and memory, so there are not more than a broker can serve at once.
     */
    private static final int MAX_SHARED = 4;

    private final KafkaFetchers fetchers;

    /** With a fetcher for each processor, up to {@link #MAX_SHARED}. */
    KafkaSource() {
        this(Math.min(MAX_SHARED, Runtime.getRuntime().availableProcessors()));
    }

    /** @param maxShared fetchers for each cluster, 1 or more */
    KafkaSource(int maxShared) {
        fetchers = new KafkaFetchers(KafkaSource::consumer, maxShared);
    }

    /** Returns how many consumers there are. */
    int consumers() {
        return fetchers.size();
    }

    @Override
    public List<OptionSpec> options() {
        List<OptionSpec> options = new ArrayList<>();
        options.add(OptionSpec.required("topic", Type.TEXT, "the topic"));
        options.add(OptionSpec.optional(
                "bootstrap_servers",
                Type.TEXT,
                "host:port, … of the cluster that has the topic; the engine's own unless given"));
        options.add(
                OptionSpec.optional(
                        "kafka_config",
                        Type.TEXT,
                        "a file with settings for encryption and login at the cluster of bootstrap_servers, on the workers' machines"));
        options.add(OptionSpec.withDefault(
                "from",
                Type.TEXT,
                "earliest",
                "where a new pipeline begins: earliest, latest, or a time (ISO-8601 or milliseconds since the epoch)"));
        options.add(OptionSpec.withDefault(
                "max_record_bytes",
                Type.NUMBER,
                DEFAULT_MAX_RECORD_BYTES,
                "a larger record is malformed and goes to the errors stream, cut off"));
        options.addAll(FormatOptions.READING_MESSAGES);
        return options;
    }

    @Override
    public Options formatOptions(Options options) {
        return FormatOptions.of(options, FormatOptions.READING_MESSAGES);
    }

    @Override
    public List<OptionProblem> check(Options options) {
        List<OptionProblem> problems = new ArrayList<>();
        problems.addAll(TopicNames.check(options));
        if (StartFrom.parse(from(options)).isEmpty()) {
            problems.add(new OptionProblem("from", "must be earliest, latest, or a time such as 2026-01-01T00:00:00Z"));
        }
        if (options.has("kafka_config") && !options.has("bootstrap_servers")) {
            problems.add(new OptionProblem(
                    "kafka_config",
                    "is for another cluster: give bootstrap_servers, too, or the workers --kafka-config"));
        }
        if (options.number("max_record_bytes", DEFAULT_MAX_RECORD_BYTES) < 1) {
            problems.add(new OptionProblem("max_record_bytes", "must be at least 1"));
        }
        return problems;
    }

    /** The design writes a time as {@code {timestamp: …}} too. */
    private static String from(Options options) {
        Object value = options.values().get("from");
        Object plain = value instanceof Map<?, ?> map ? map.get("timestamp") : value;
        return plain == null ? "earliest" : String.valueOf(plain);
    }

    @Override
    public boolean bounded(Options options) {
        return false;
    }

    @Override
    public boolean hasIngestionTime() {
        return true;
    }

    /** Another cluster is not shown what opens the engine's own. */
    private static KafkaAccess access(SourceContext context) {
        Options options = context.options();
        if (!options.has("bootstrap_servers")) {
            return context.kafka();
        }
        String servers = options.text("bootstrap_servers");
        try {
            return options.optionalText("kafka_config")
                    .map(file -> KafkaAccess.read(servers, context.baseDir().resolve(file)))
                    .orElseGet(() -> KafkaAccess.open(servers));
        } catch (IllegalArgumentException e) {
            throw new ConnectorException("kafka source: kafka_config " + e.getMessage(), false, e);
        }
    }

    @Override
    public int partitions(SourceContext context) {
        String topic = context.options().text("topic");
        KafkaAccess kafka = access(context);
        try (Topics topics = new Topics(kafka)) {
            return topics.partitions(topic)
                    .orElseThrow(() -> ConnectorException.fatal("kafka source: there is no topic '" + topic + "' on "
                            + kafka.bootstrapServers() + "; create it, or correct 'topic' or 'bootstrap_servers'"));
        }
    }

    @Override
    public PartitionReader open(SourceContext context, int partition) {
        Options options = context.options();
        return new KafkaReader(
                fetchers,
                access(context),
                new TopicPartition(options.text("topic"), partition),
                StartFrom.parse(from(options)).orElse(new StartFrom.Earliest()),
                (int) Math.min(options.number("max_record_bytes", DEFAULT_MAX_RECORD_BYTES), Integer.MAX_VALUE));
    }

    private static Consumer<Void, ByteBuffer> consumer(KafkaAccess kafka, int number) {
        Map<String, Object> config = kafka.settings();
        config.put("client.id", "weirflow-source-" + number);
        config.put("enable.auto.commit", false);
        config.put("allow.auto.create.topics", false);
        config.put("isolation.level", "read_committed");
        config.put("auto.offset.reset", "none");
        // A partition that is added or resumed waits for the fetch under way; an idle one must end soon.
        config.put("fetch.max.wait.ms", 25);
        // What waits to be decoded is live for the garbage collector. Twice as much slowed windows down.
        config.put("fetch.max.bytes", 4 << 20);
        config.put("max.partition.fetch.bytes", 512 << 10);
        // The system's own size, which grows with need. Kafka's 64 KiB make broker and consumer wait for each other.
        config.put("receive.buffer.bytes", -1);
        // Hand over what was fetched at once: a partition is fetched again only when its records are gone.
        config.put("max.poll.records", 100_000);
        config.put("reconnect.backoff.max.ms", 1000);
        return new KafkaConsumer<>(config, new NoDeserializer(), new ByteBufferDeserializer());
    }

    /** Keys are not looked at. */
    private static final class NoDeserializer implements Deserializer<Void> {
        @Override
        public @Nullable Void deserialize(String topic, byte @Nullable [] data) {
            return null;
        }

        @Override
        public @Nullable Void deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
            return null;
        }
    }
}
