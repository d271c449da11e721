package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.broker.BrokerStartException;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.testkit.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be run is refused with status 2, a sentence that says why and what to do, and nothing left behind. */
class RefusalsIT {

    private static final int REFUSED = 2;

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

    private static String kafka() {
        return broker.bootstrapServers();
    }

    private static void assertRefused(Result result, String... parts) {
        assertThat(result.status()).as(result.err()).isEqualTo(REFUSED);
        assertThat(result.err()).contains(parts).doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(result.rows()).isEmpty();
    }

    @Test
    void everyMistakeOfAPipelineAndNothingStarted() {
        Path file = Pipelines.write(directory, """
                pipeline: broken
                streams:
                  numbers:
                    source: {generator: {kind: counter, rows: 10}}
                  others:
                    source: {generator: {kind: counter, rows: 10, sped: 3}}
                stages:
                  some:
                    from: numbrs
                    where: idd > 3
                  filtered:
                    from: numbers
                    where: idd > 3
                sinks:
                  out:
                    from: filtered
                    to: {consol: {}}
                """);
        Path data = directory.resolve("data");
        Result result = Result.of("run", file.toString(), "--data", data.toString());
        assertRefused(result, "sped", "numbrs", "idd", "consol", "did you mean", file + ":6:");
        assertThat(data).doesNotExist();
    }

    @Test
    void badArguments() {
        assertRefused(Result.of("run"), "FILE");
        assertRefused(Result.of("run", "a.yaml", "--nope"), "--nope");
        assertRefused(Result.of("run", "a.yaml", "--port", "abc"), "--port");
        assertRefused(Result.of("run", "a.yaml", "--port", "70000"), "--port", "65535");
        assertRefused(Result.of("run", "a.yaml", "--threads", "0"), "--threads");
        assertRefused(Result.of("run", "a.yaml", "--inbox-limit", "0"), "--inbox-limit");
        assertRefused(Result.of("run", "a.yaml", "--set", "novalue"), "--set");
        assertRefused(Result.of("run", directory.resolve("absent.yaml").toString()), "there is no such file");
        assertRefused(Result.of("nonsense"), "nonsense");
    }

    @Test
    void dataDirectoryInUse() throws IOException {
        Path data = Files.createDirectories(directory.resolve("data"));
        Path pipeline = Pipelines.counts(directory, "in-use", 10);
        try (FileChannel channel = FileChannel.open(
                        data.resolve("weirflow.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertRefused(
                    Result.of("run", pipeline.toString(), "--data", data.toString(), "--kafka", kafka()),
                    "in use",
                    "--data");
        }
    }

    @Test
    void dataDirectoryOfSomethingElse() throws IOException {
        Path data = directory.resolve("data");
        Path first = Pipelines.counts(directory.resolve("first"), "mine", 20);
        Result done = Result.of("run", first.toString(), "--data", data.toString(), "--kafka", kafka());
        assertThat(done.status()).as(done.err()).isZero();

        Path other = Pipelines.counts(directory.resolve("other"), "other", 20);
        assertRefused(
                Result.of("run", other.toString(), "--data", data.toString(), "--kafka", kafka()),
                "belongs to pipeline 'mine'",
                "give another --data");

        Path changed = Pipelines.write(
                directory.resolve("first"),
                "changed.yaml",
                Pipelines.COUNTS.replace("NAME", "mine").replace("1h", "2h"));
        assertRefused(
                Result.of("run", changed.toString(), "--data", data.toString(), "--kafka", kafka()),
                "another version of pipeline 'mine'");

        Path meta = data.resolve("weirflow.json");
        String good = Files.readString(meta);
        Files.writeString(meta, good.replaceAll("\"layout\" : \\d+", "\"layout\" : 99"));
        assertRefused(Result.of("run", first.toString(), "--data", data.toString(), "--kafka", kafka()), "layout 99");

        Files.writeString(meta, "{");
        assertRefused(Result.of("run", first.toString(), "--data", data.toString(), "--kafka", kafka()), "is damaged");
    }

    @Test
    void dataDirectoryThatCannotBeMade() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "not a folder");
        Path pipeline = Pipelines.counts(directory, "nowhere", 10);
        for (Path data : List.of(file, file.resolve("below"))) {
            assertRefused(
                    Result.of("run", pipeline.toString(), "--data", data.toString(), "--kafka", kafka()),
                    "cannot be used",
                    "--data");
        }
    }

    @Test
    void portInUse() throws IOException {
        Path pipeline = Pipelines.counts(directory, "port", 10);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertRefused(Result.of("run", pipeline.toString(), "--port", port, "--kafka", kafka()), port);
        }
        assertThat(directory.resolve("out/counts.jsonl")).doesNotExist();
    }

    @Test
    void absentSource() throws IOException {
        Path pipeline = Pipelines.counts(directory, "absent", 10);
        Files.delete(directory.resolve("numbers.jsonl"));
        assertRefused(Result.of("run", pipeline.toString(), "--kafka", kafka()), "numbers.jsonl");

        Path ofTopic = Pipelines.write(directory, """
                pipeline: absent
                streams:
                  rows:
                    source: {kafka: {topic: not.there}}
                    format: json
                    columns: {id: BIGINT}
                sinks:
                  out: {from: rows, to: {console: {}}}
                """);
        assertRefused(Result.of("run", ofTopic.toString(), "--kafka", kafka()), "not.there", "create it");
    }

    @Test
    void nothingIsLeftOfAnEmbeddedBroker() throws IOException {
        Path pipeline = Pipelines.counts(directory, "absent", 10);
        Files.delete(directory.resolve("numbers.jsonl"));
        List<String> before = threads();
        Path data = directory.resolve("data");
        assertRefused(Result.of("run", pipeline.toString(), "--data", data.toString()), "numbers.jsonl");
        // Kafka's own helper threads, which never end, are daemons and not the broker's.
        assertThat(threads()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(data.resolve("weirflow.json")).doesNotExist();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .map(Thread::getName)
                .sorted()
                .toList();
    }

    @Test
    void kafkaThatDoesNotAnswer() throws IOException {
        Path pipeline = Pipelines.counts(directory, "alone", 10);
        int free = Ports.free();
        assertRefused(
                Result.of("run", pipeline.toString(), "--kafka", "127.0.0.1:" + free, "--kafka-timeout", "3"),
                "127.0.0.1:" + free + " does not answer yet; waiting",
                "check the address");
        assertRefused(Result.of("run", pipeline.toString(), "--kafka", "no-port"), "no-port", "HOST:PORT");
    }

    @Test
    void kafkaWithoutSoundTransactions() throws Exception {
        Path pipeline = Pipelines.counts(directory, "old-kafka", 10);
        try (EmbeddedBroker old = EmbeddedBroker.startTemporary();
                Admin admin = Admin.create(Map.of("bootstrap.servers", old.bootstrapServers()))) {
            admin.updateFeatures(
                            Map.of("transaction.version", new FeatureUpdate((short) 1, UpgradeType.SAFE_DOWNGRADE)),
                            new UpdateFeaturesOptions())
                    .all()
                    .get();
            assertRefused(
                    Result.of("run", pipeline.toString(), "--kafka", old.bootstrapServers()),
                    "transaction.version 1",
                    "kafka-features.sh");
            assertThat(admin.listTopics().names().get()).isEmpty();
        }
    }

    @Test
    void topicsWithOtherPartitions() throws InterruptedException, ExecutionException {
        Path pipeline = Pipelines.counts(directory, "narrow", 10);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka()))) {
            Result done = Result.of("run", pipeline.toString(), "--kafka", kafka());
            assertThat(done.status()).as(done.err()).isZero();
            String inbox = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith("narrow.") && name.contains("inbox"))
                    .findFirst()
                    .orElseThrow();
            admin.deleteTopics(List.of(inbox)).all().get();
            admin.createTopics(List.of(new NewTopic(inbox, 5, (short) 1))).all().get();
            assertRefused(Result.of("run", pipeline.toString(), "--kafka", kafka()), inbox, "5 partitions", "needs 2");
        }
    }

    @Test
    void operatorsThatAreNotThere() {
        Path pipeline = Pipelines.write(directory, """
                pipeline: plugged
                streams:
                  numbers:
                    source: {generator: {kind: counter, rows: 10}}
                    event_time: {column: at}
                stages:
                  mine:
                    from: numbers
                    operator: {class: org.example.NotThere, columns: {id: BIGINT}}
                sinks:
                  out: {from: mine, to: {console: {}}}
                """);
        assertRefused(
                Result.of(
                        "run",
                        pipeline.toString(),
                        "--plugins",
                        directory.resolve("no.jar").toString()),
                "no.jar",
                "there is no such jar");
        assertRefused(Result.of("run", pipeline.toString(), "--kafka", kafka()), "org.example.NotThere", "--plugins");
    }
}
