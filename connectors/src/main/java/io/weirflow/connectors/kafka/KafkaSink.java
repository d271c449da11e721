package io.weirflow.connectors.kafka;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.Guarantee;
import io.weirflow.api.connector.OptionProblem;
import io.weirflow.api.connector.OptionSpec;
import io.weirflow.api.connector.OptionSpec.Type;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.format.KeyText;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Writes rows to a topic of the engine's own cluster, in one transaction with the slot's progress. */
final class KafkaSink implements SinkConnector {

    private static final int DEFAULT_PARTITIONS = 4;
    private static final int MAX_PARTITIONS = 10_000;

    @Override
    public List<OptionSpec> options() {
        return List.of(
                OptionSpec.required("topic", Type.TEXT, "the topic; created when it is absent"),
                OptionSpec.optional(
                        "key",
                        Type.TEXTS,
                        "columns that make the record's key: one as its text, several as a JSON object"),
                OptionSpec.optional(
                        "partitions",
                        Type.NUMBER,
                        "partitions of the topic: " + DEFAULT_PARTITIONS
                                + " where it is created; one that exists must have as many"));
    }

    @Override
    public List<OptionProblem> check(Options options, RowType rowType) {
        List<OptionProblem> problems = new ArrayList<>(TopicNames.check(options));
        for (String column : options.texts("key")) {
            if (rowType.indexOf(column) < 0) {
                problems.add(new OptionProblem("key", "there is no column '" + column + "'"));
            }
        }
        long partitions = options.number("partitions", DEFAULT_PARTITIONS);
        if (partitions < 1 || partitions > MAX_PARTITIONS) {
            problems.add(new OptionProblem("partitions", "must be from 1 to " + MAX_PARTITIONS));
        }
        return problems;
    }

    @Override
    public Guarantee best() {
        return Guarantee.EXACTLY_ONCE;
    }

    @Override
    public void prepare(SinkContext context) {
        String topic = context.options().text("topic");
        long wanted = context.options().number("partitions", DEFAULT_PARTITIONS);
        try (Topics topics = new Topics(context.kafka())) {
            OptionalInt there = topics.partitions(topic);
            if (there.isEmpty()) {
                topics.create(topic, (int) wanted);
            } else if (context.options().has("partitions") && there.getAsInt() != wanted) {
                throw ConnectorException.fatal("kafka sink: topic '" + topic + "' has " + there.getAsInt()
                        + " partitions and not " + wanted + "; leave out 'partitions' or choose another topic");
            }
        }
    }

    @Override
    public SinkWriter open(SinkContext context, int partition) {
        List<String> key = context.options().texts("key");
        return new Writer(
                context.options().text("topic"),
                key.isEmpty() ? null : new KeyText(context.rowType(), key),
                context.encoder());
    }

    private static final class Writer implements SinkWriter.Log {

        private final String topic;
        private final @Nullable KeyText key;
        private final RowEncoder encoder;

        Writer(String topic, @Nullable KeyText key, RowEncoder encoder) {
            this.topic = topic;
            this.key = key;
            this.encoder = encoder;
        }

        @Override
        public String topic() {
            return topic;
        }

        @Override
        public byte @Nullable [] key(Row row) {
            return key == null ? null : key.bytes(row);
        }

        @Override
        public byte[] value(Row row) {
            return encoder.bytes(row);
        }
    }
}
