package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.broker.BrokerLimits;
import io.weirflow.broker.BrokerListener;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.broker.EmbeddedBrokerConfig;
import io.weirflow.testkit.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Kafka that wants encryption and a login: everything that connects to it, and what is said to whom it refuses. */
class SecuredKafkaIT {

    private static final int ROWS = 2_000;
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final String PASSWORD = "a-password-of-a-user";
    private static final String STORE_PASSWORD = "a-password-of-a-store";
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";

    @TempDir
    private static Path shared;

    private static EmbeddedBroker broker;
    private static String secured;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws Exception {
        Path store = shared.resolve("store.p12");
        makeCertificate(store);
        int port = Ports.free();
        secured = "localhost:" + port;
        BrokerListener listener = new BrokerListener(
                port,
                "localhost",
                port,
                Map.of(
                        "security.protocol",
                        "SASL_SSL",
                        "ssl.keystore.type",
                        "PKCS12",
                        "ssl.keystore.location",
                        store.toString(),
                        "ssl.keystore.password",
                        STORE_PASSWORD,
                        "sasl.enabled.mechanisms",
                        "PLAIN",
                        "plain.sasl.jaas.config",
                        LOGIN + " user_weir=\"" + PASSWORD + "\";"));
        broker = EmbeddedBroker.start(
                new EmbeddedBrokerConfig(shared.resolve("broker"), 0, BrokerLimits.DEFAULT, List.of(listener)),
                fault -> {});
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static void makeCertificate(Path store) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "broker",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        STORE_PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(shared.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor())
                .as(Files.readString(shared.resolve("keytool.log")))
                .isZero();
    }

    private Path config(String password) throws IOException {
        return Files.writeString(directory.resolve("client.properties"), """
                security.protocol=SASL_SSL
                ssl.truststore.type=PKCS12
                ssl.truststore.location=%s
                ssl.truststore.password=%s
                sasl.mechanism=PLAIN
                sasl.jaas.config=%s username="weir" password="%s";
                """.formatted(
                        shared.resolve("store.p12"), STORE_PASSWORD, LOGIN, password));
    }

    private String[] run(Path pipeline, Path config) {
        return new String[] {
            "run", pipeline.toString(), "--kafka", secured, "--kafka-config", config.toString(), "--kafka-timeout", "5"
        };
    }

    /** Logs, topics as sink and source, of the same cluster and of one that the source names itself. */
    @Test
    void aPipelineRunsThroughTheSecuredListener() throws IOException {
        Path config = config(PASSWORD);
        Pipelines.write(directory, "numbers.jsonl", Pipelines.numbers(ROWS));
        Path into = Pipelines.write(directory, """
                pipeline: secured-in
                streams:
                  numbers:
                    source: {file: {path: numbers.jsonl}}
                    format: json
                    columns: {id: BIGINT NOT NULL, at: TIMESTAMP NOT NULL}
                    event_time: {column: at}
                stages:
                  shuffled:
                    from: numbers
                    key_by: [id]
                sinks:
                  out: {from: shuffled, to: {kafka: {topic: secured-rows, key: [id]}}}
                """);
        Result wrote = Result.of(run(into, config));
        assertThat(wrote.status()).as(wrote.err()).isZero();
        assertThat(Topics.rows(broker, "secured-rows")).hasSize(ROWS);
        Path from = Pipelines.write(directory, """
                pipeline: secured-out
                streams:
                  mine:
                    source: {kafka: {topic: secured-rows}}
                    format: json
                    columns: {id: BIGINT NOT NULL, at: TIMESTAMP NOT NULL}
                    event_time: {column: at}
                  theirs:
                    source: {kafka: {topic: secured-rows, bootstrap_servers: "%s", kafka_config: client.properties}}
                    format: json
                    columns: {id: BIGINT NOT NULL, at: TIMESTAMP NOT NULL}
                    event_time: {column: at}
                stages:
                  both:
                    from: [mine, theirs]
                    key_by: [id]
                sinks:
                  out: {from: both, to: {console: {}}}
                """.formatted(secured));
        try (Child child = Child.start(directory, run(from, config))) {
            Result read = child.awaitRows(2 * ROWS).signal("TERM").end(LONG);
            assertThat(read.rows()).hasSize(2 * ROWS);
            assertThat(read.err()).doesNotContain(PASSWORD).doesNotContain(STORE_PASSWORD);
        }
    }

    @Test
    void coordinatorsAndWorkersComeInToo() throws IOException {
        Path config = config(PASSWORD);
        try (Child coordinator = service(config, "coordinator", "c");
                Child worker = service(config, "worker", "w")) {
            coordinator.awaitMessage("coordinator: leads");
            worker.awaitMessage("worker: w takes");
        }
    }

    private Child service(Path config, String kind, String name) {
        return Child.start(
                directory,
                kind,
                "--kafka",
                secured,
                "--kafka-config",
                config.toString(),
                "--port",
                "0",
                "--name",
                name);
    }

    @Test
    void whoHasTheWrongPasswordIsToldSo() throws IOException {
        Result result = Result.of(run(Pipelines.counts(directory, "wrong", 10), config("another-password")));
        refused(result, "refuses", "Authentication failed", "check the settings for encryption and login");
    }

    @Test
    void whoComesWithoutEncryptionIsToldWhatMayBeMissing() {
        Path pipeline = Pipelines.counts(directory, "plain", 10);
        refused(
                Result.of("run", pipeline.toString(), "--kafka", secured, "--kafka-timeout", "3"),
                "does not answer",
                "whether it wants encryption or a login");
    }

    @Test
    void settingsThatAreNotForSecurityOrUnknownAreNamed() throws IOException {
        Path pipeline = Pipelines.counts(directory, "settings", 10);
        Path acks = Files.writeString(directory.resolve("acks.properties"), "acks=1");
        refused(Result.of(run(pipeline, acks)), "--kafka-config", acks.toString(), "'acks' cannot be set");
        Path misspelt = Files.writeString(directory.resolve("misspelt.properties"), "sasl.mechansim=PLAIN");
        refused(Result.of(run(pipeline, misspelt)), "no setting 'sasl.mechansim'");
        Path absent = Files.writeString(
                directory.resolve("absent.properties"),
                "security.protocol=SSL\nssl.truststore.location=" + directory.resolve("none.p12"));
        refused(
                Result.of(run(pipeline, absent)),
                "none.p12",
                "check HOST:PORT and the settings for encryption and login");
        refused(
                Result.of("run", pipeline.toString(), "--kafka-config", acks.toString()),
                "--kafka-config is for the cluster of --kafka");
    }

    private static void refused(Result result, String... parts) {
        assertThat(result.status()).as(result.err()).isEqualTo(2);
        assertThat(result.err())
                .contains(parts)
                .doesNotContain("\tat ")
                .doesNotContain("Exception")
                .doesNotContain("another-password")
                .doesNotContain(STORE_PASSWORD);
    }
}
