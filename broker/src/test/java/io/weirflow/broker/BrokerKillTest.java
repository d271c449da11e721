package io.weirflow.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class BrokerKillTest {

    private static final Pattern VALUE = Pattern.compile("[01]-\\d+");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void acknowledgedRecordsOutliveAKillWhileProducing() throws Exception {
        Set<String> acknowledged = new HashSet<>();
        for (int run = 0; run < 2; run++) {
            acknowledged.addAll(produceAndKill(run));
        }

        long startedAt = System.nanoTime();
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder))) {
            // The killed broker's session, were it waited for, would last ten minutes.
            assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isLessThan(Duration.ofSeconds(30));
            List<String> found = Clients.readAll(broker.bootstrapServers(), "killed", 4);
            Set<String> distinct = new HashSet<>(found);
            assertThat(found).hasSize(distinct.size());
            assertThat(distinct.containsAll(acknowledged)).isTrue();
        }
    }

    private List<String> produceAndKill(int run) throws IOException, InterruptedException {
        Process process = java(KilledBroker.class, folder.toString(), Integer.toString(run));
        List<String> acknowledged = new ArrayList<>();
        try (BufferedReader output = process.inputReader()) {
            String line = output.readLine();
            while (line != null) {
                if (VALUE.matcher(line).matches()) {
                    acknowledged.add(line);
                }
                // By its handle, for the process itself would close its output: what is still in the pipe was
                // acknowledged too.
                if (acknowledged.size() >= 20_000) {
                    process.toHandle().destroyForcibly();
                }
                line = output.readLine();
            }
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(20_000);
        // The last line may have been cut off by the kill.
        acknowledged.remove(acknowledged.size() - 1);
        return acknowledged;
    }

    @Test
    void aKillDuringTheFirstStartLeavesAUsableFolder() throws Exception {
        Path metadataLog = folder.resolve("kafka/__cluster_metadata-0");
        Process process = java(KilledBroker.class, folder.toString(), "0");
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> isNotEmpty(metadataLog));
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }

        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBrokerConfig.of(folder))) {
            Clients.createTopic(broker.bootstrapServers(), "works", 1);
            assertThat(Clients.readAll(broker.bootstrapServers(), "works", 1)).isEmpty();
        }
    }

    private static boolean isNotEmpty(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isPresent();
        }
    }

    private static Process java(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
