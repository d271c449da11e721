package io.weirflow.coordinator.kafka;

import io.weirflow.api.Edge;
import io.weirflow.coordinator.CoordinatorSettings;
import io.weirflow.coordinator.RefusedException;
import io.weirflow.protocol.log.LogUnavailableException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/** What is checked of Kafka before a coordinator or a worker starts, and how long it is waited for. Used by one thread. */
final class StartChecks {

    private static final String FEATURE = "transaction.version";
    private static final short NEEDED = 2;
    private static final long PATIENCE_MS = 2_000;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Admin admin;
    private final CoordinatorSettings settings;
    private final Runnable onWaiting;
    private final long startNanos;
    private boolean said;

    /** @param onWaiting run once, when there is no answer for a moment */
    @Edge // Measures waiting for another process.
    StartChecks(Admin admin, CoordinatorSettings settings, Runnable onWaiting) {
        this.admin = admin;
        this.settings = settings;
        this.onWaiting = onWaiting;
        this.startNanos = System.nanoTime();
    }

    /** Returns the number of brokers. */
    int run() {
        return insist(() -> {
            int brokers = brokers();
            checkTransactions();
            return brokers;
        });
    }

    private int brokers() {
        long patienceMs = Math.min(PATIENCE_MS, settings.startTimeoutMs());
        return Calls.await("describe the cluster", admin.describeCluster().nodes(), patienceMs)
                .size();
    }

    /**
     * Asks something of Kafka that a start needs, again while there is no answer: a broker that has answered may be away a moment later.
     *
     * @throws RefusedException when the start has taken longer than it may, is interrupted, or may not ask
     */
    @Edge // Waits for a process that cannot wake this one.
    <T> T insist(Supplier<T> question) {
        while (true) {
            try {
                return question.get();
            } catch (LogUnavailableException e) {
                checkPatience(e);
                LockSupport.parkNanos(RETRY_NANOS);
            } catch (AuthenticationException | AuthorizationException e) {
                throw new RefusedException("Kafka at " + settings.bootstrapServers() + " refuses: " + e.getMessage()
                        + "; check the settings for encryption and login, and what the account may do");
            }
        }
    }

    @Edge // Measures waiting for another process.
    private void checkPatience(LogUnavailableException absent) {
        if (Thread.currentThread().isInterrupted()) {
            throw new RefusedException("interrupted while waiting for Kafka at " + settings.bootstrapServers());
        }
        long waitedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        if (waitedMs >= settings.startTimeoutMs()) {
            throw new RefusedException("Kafka at " + settings.bootstrapServers() + " does not answer after " + waitedMs
                    + " ms (" + absent.getMessage() + "); check the address, that the broker runs, and whether it wants"
                    + " encryption or a login");
        }
        if (!said) {
            onWaiting.run();
            said = true;
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
