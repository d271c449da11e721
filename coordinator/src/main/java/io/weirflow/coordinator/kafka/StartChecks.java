package io.weirflow.coordinator.kafka;

import io.weirflow.api.Edge;
import io.weirflow.coordinator.CoordinatorSettings;
import io.weirflow.coordinator.RefusedException;
import io.weirflow.protocol.log.LogUnavailableException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;

/** What is checked of Kafka before a coordinator starts. */
final class StartChecks {

    private static final String FEATURE = "transaction.version";
    private static final short NEEDED = 2;
    private static final long PATIENCE_MS = 2_000;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Admin admin;
    private final CoordinatorSettings settings;
    private final Runnable onWaiting;

    /** @param onWaiting run once, when there is no answer for a moment */
    StartChecks(Admin admin, CoordinatorSettings settings, Runnable onWaiting) {
        this.admin = admin;
        this.settings = settings;
        this.onWaiting = onWaiting;
    }

    /** Returns the number of brokers. */
    int run() {
        int brokers = awaitBrokers();
        checkTransactions();
        return brokers;
    }

    @Edge // Waits for a process that cannot wake this one.
    private int awaitBrokers() {
        long startNanos = System.nanoTime();
        boolean said = false;
        while (true) {
            try {
                long patienceMs = Math.min(PATIENCE_MS, settings.startTimeoutMs());
                return Calls.await(
                                "describe the cluster", admin.describeCluster().nodes(), patienceMs)
                        .size();
            } catch (LogUnavailableException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new RefusedException("interrupted while waiting for Kafka at " + settings.bootstrapServers());
                }
                long waitedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
                if (waitedMs >= settings.startTimeoutMs()) {
                    throw new RefusedException("Kafka at " + settings.bootstrapServers() + " does not answer after "
                            + waitedMs + " ms; check the address, and that the broker runs");
                }
                if (!said) {
                    onWaiting.run();
                    said = true;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    /** Without version 2 of transactions a late request can tear or lose one (fact K12). */
    private void checkTransactions() {
        FinalizedVersionRange range = Calls.await(
                        "describe the features", admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get(FEATURE);
        int version = range == null ? 0 : range.maxVersionLevel();
        if (version < NEEDED) {
            throw new RefusedException("Kafka at " + settings.bootstrapServers() + " runs " + FEATURE + " " + version
                    + ", and exactly-once needs " + NEEDED + ": before it a delayed request can tear or lose a "
                    + "transaction. Enable it with: bin/kafka-features.sh --bootstrap-server "
                    + settings.bootstrapServers() + " upgrade --feature " + FEATURE + "=" + NEEDED);
        }
    }
}
