package io.weirflow.benchmarks.child;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weirflow.benchmarks.engine.Topics;
import io.weirflow.benchmarks.nemesis.load.BankLoad;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The bank of the nemesis on Kafka Streams: {@code BankStreams BOOTSTRAP STATE_DIR GUARANTEE}. One member of the application; runs until it is killed. A
 * thread that fails is replaced, and a member that dies is missed after six seconds instead of 45.
 */
public final class BankStreams {

    private static final String STORE = "accounts";

    private BankStreams() {}

    /** Runs the topology. */
    public static void main(String[] args) throws InterruptedException {
        Properties config = config(args[0], args[1], args[2]);
        CountDownLatch ended = new CountDownLatch(1);
        try (KafkaStreams streams = new KafkaStreams(topology().build(config), config)) {
            streams.setUncaughtExceptionHandler(problem -> StreamThreadExceptionResponse.REPLACE_THREAD);
            streams.setStateListener((now, before) -> {
                if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
                    ended.countDown();
                }
            });
            // Ended by SIGTERM, it leaves in order.
            Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
            streams.start();
            ended.await();
        }
    }

    private static Properties config(String bootstrapServers, String stateDir, String guarantee) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "nemesis-bank");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir);
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        if (guarantee.equals(StreamsConfig.AT_LEAST_ONCE)) {
            // Its default of 30 s would leave even more to be done twice.
            config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 2_000);
        }
        config.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        config.put(StreamsConfig.mainConsumerPrefix("session.timeout.ms"), 6_000);
        config.put(StreamsConfig.mainConsumerPrefix("heartbeat.interval.ms"), 1_000);
        return config;
    }

    private static StreamsBuilder topology() {
        StreamsBuilder builder = new StreamsBuilder();
        builder.addStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.Long(), Serdes.ByteArray()));
        ObjectMapper json = new ObjectMapper();
        builder.stream(BankLoad.TRANSFERS, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .flatMap((key, value) -> movements(read(json, value)))
                .repartition(Repartitioned.with(Serdes.Long(), Serdes.ByteArray())
                        .withName("movements")
                        .withNumberOfPartitions(Topics.PARTITIONS))
                .process(Balances::new, STORE)
                .to(BankLoad.BALANCES, Produced.with(Serdes.Long(), Serdes.ByteArray()));
        return builder;
    }

    private static JsonNode read(ObjectMapper json, byte[] value) {
        try {
            return json.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By account: the transfer and the amount. */
    private static List<KeyValue<Long, byte[]>> movements(JsonNode transfer) {
        long id = transfer.path("id").asLong();
        long amount = transfer.path("amount").asLong();
        return List.of(
                KeyValue.pair(transfer.path("from_account").asLong(), longs(id, -amount)),
                KeyValue.pair(transfer.path("to_account").asLong(), longs(id, amount)));
    }

    private static byte[] longs(long first, long second) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(first)
                .putLong(second)
                .array();
    }

    /** Keeps how many movements an account had, and what it holds. */
    private static final class Balances implements Processor<Long, byte[], Long, byte[]> {

        private final JsonText json = new JsonText();
        private ProcessorContext<Long, byte[]> context;
        private KeyValueStore<Long, byte[]> accounts;

        @SuppressWarnings("NullAway.Init") // Kafka Streams calls init first.
        Balances() {}

        @Override
        public void init(ProcessorContext<Long, byte[]> given) {
            context = given;
            accounts = given.getStateStore(STORE);
        }

        @Override
        public void process(Record<Long, byte[]> movement) {
            ByteBuffer value = ByteBuffer.wrap(movement.value());
            long transfer = value.getLong();
            long amount = value.getLong();
            byte[] known = accounts.get(movement.key());
            ByteBuffer account = ByteBuffer.wrap(known == null ? longs(0, 0) : known);
            long number = account.getLong() + 1;
            long balance = account.getLong() + amount;
            accounts.put(movement.key(), longs(number, balance));
            byte[] row = json.add("account", movement.key())
                    .add("movement", number)
                    .add("transfer", transfer)
                    .add("amount", amount)
                    .add("balance", balance)
                    // The version of the program, as the other pipeline says it; this one has only one.
                    .add("made", 1)
                    .take();
            context.forward(movement.withValue(row));
        }
    }
}
