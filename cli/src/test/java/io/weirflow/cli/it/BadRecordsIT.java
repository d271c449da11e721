package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.broker.BrokerStartException;
import io.weirflow.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records and rows that cannot be processed are counted and kept; one that a sink's topic does not take fails the run with the reason. */
class BadRecordsIT {

    private static EmbeddedBroker broker;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws BrokerStartException {
        broker = EmbeddedBroker.startTemporary();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void malformedOversizedAndDividedByZero() {
        Pipelines.write(directory, "rows.jsonl", """
                {"id": 1, "by": 2}
                this is no JSON
                {"id": 2, "by": 0}
                {"id": "three", "by": 1}
                {"id": 4, "by": 1, "padding": "PADDING"}
                {"by": 1}
                {"id": 6, "by": 3}
                """.replace("PADDING", "x".repeat(2_000)));
        Path pipeline = Pipelines.write(directory, """
                pipeline: bad-records
                streams:
                  rows:
                    source: {file: {path: rows.jsonl, max_record_bytes: 1000}}
                    format: json
                    columns: {id: BIGINT NOT NULL, by: BIGINT}
                stages:
                  divided:
                    from: rows
                    select: {id: id, ratio: 60 / by}
                sinks:
                  good: {from: divided, to: {console: {}}}
                """);
        Result result = Result.of("run", pipeline.toString(), "--kafka", broker.bootstrapServers());
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.rows()).containsExactly("{\"id\":1,\"ratio\":30}", "{\"id\":6,\"ratio\":20}");
        assertThat(result.err()).contains("4 malformed records, 1 rows with errors");
        assertThat(Topics.rows(broker, "bad-records.rows.errors"))
                .hasSize(4)
                .anySatisfy(row -> assertThat(row).contains("this is no JSON"))
                .anySatisfy(row -> assertThat(row).contains("three"))
                .allSatisfy(row -> assertThat(row).contains("\"error\":").hasSizeLessThan(3_000));
        assertThat(Topics.rows(broker, "bad-records.divided.errors"))
                .singleElement()
                .satisfies(row -> assertThat(row).containsIgnoringCase("zero"));
    }

    @Test
    void tooLargeForTheTopicOfASink() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(
                            List.of(new NewTopic("small", 1, (short) 1).configs(Map.of("max.message.bytes", "1000"))))
                    .all()
                    .get();
        }
        Pipelines.write(directory, "rows.jsonl", "{\"text\": \"" + "x".repeat(20_000) + "\"}\n");
        Path pipeline = Pipelines.write(directory, """
                pipeline: too-large
                streams:
                  rows:
                    source: {file: {path: rows.jsonl}}
                    format: json
                    columns: {text: VARCHAR}
                sinks:
                  out: {from: rows, to: {kafka: {topic: small}}, format: json}
                """);
        Result result = Result.of("run", pipeline.toString(), "--kafka", broker.bootstrapServers());
        assertThat(result.status()).as(result.err()).isEqualTo(1);
        assertThat(result.err())
                .contains("has failed", "small", "max.message.bytes")
                .doesNotContain("\tat ");
    }
}
