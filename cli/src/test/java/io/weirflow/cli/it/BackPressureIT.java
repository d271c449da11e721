package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoublePredicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stage whose worker has died, and those before it. */
final class BackPressureIT {

    private static final int ROWS = 400_000;

    /** For all of the next stage's inbox: a tenth of the rows. */
    private static final int LIMIT_MIB = 1;

    private static final long LIMIT_BYTES = LIMIT_MIB << 20;

    private static final Duration LONG = Duration.ofSeconds(120);
    private static final String CREDIT = "weirflow_slot_credit_ratio";
    private static final String WAITED = "weirflow_slot_without_credit_seconds_total";

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private Fleet fleet;

    @BeforeEach
    void startBroker() throws Exception {
        fleet = Fleet.in(directory);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void sendersWaitUntilItIsBackAndNothingIsLost() {
        Coordinator at = fleet.coordinator("c1");
        Child sender = fleet.worker("w1", "--stage", "numbers", "--inbox-limit", Integer.toString(LIMIT_MIB));
        String address = sender.awaitAddress();
        Path pipeline = Pipelines.write(
                directory,
                Pipelines.ENDLESS
                        .replace("NAME", "waits")
                        .replace("rate: RATE", "rows: " + ROWS)
                        .replace("  seen:\n    from: keyed\n    to: {console: {}}\n", ""));
        at.done("apply", pipeline.toString());
        await(address, CREDIT, credit -> credit == 0);
        await(address, WAITED, seconds -> seconds > 1);
        // As large as the limit allows, and a little more: it is looked at once in a while.
        assertThat(Topics.bytes(fleet.broker(), "waits.keyed.inbox")).isBetween(LIMIT_BYTES / 2, 2 * LIMIT_BYTES);

        fleet.worker("w2", "--stage", "keyed").awaitAddress();
        at.awaitPhase("waits", "FINISHED");
        assertThat(Pipelines.lines(directory.resolve("out/numbers.jsonl")))
                .hasSize(ROWS)
                .doesNotHaveDuplicates();
    }

    private void await(String address, String metric, DoublePredicate holds) {
        Awaitility.await()
                .atMost(LONG)
                .until(() -> value(address, metric).filter(holds::test).isPresent());
    }

    /** Returns what a worker says of its first slot; nothing before it has one. */
    private Optional<Double> value(String address, String metric) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
                .build();
        return http.send(request, BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(metric + "{"))
                .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst();
    }
}
