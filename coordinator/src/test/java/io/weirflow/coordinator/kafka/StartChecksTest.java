package io.weirflow.coordinator.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.coordinator.CoordinatorSettings;
import io.weirflow.coordinator.RefusedException;
import io.weirflow.protocol.log.LogUnavailableException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A start while Kafka comes and goes; nothing listens at the address. */
final class StartChecksTest {

    private static final String NOWHERE = "127.0.0.1:1";
    private static final CoordinatorSettings SETTINGS = CoordinatorSettings.of(NOWHERE, "c", "c1");

    private final Admin admin = Admin.create(Map.of("bootstrap.servers", NOWHERE));
    private final AtomicInteger said = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void close() {
        admin.close(java.time.Duration.ZERO);
    }

    private StartChecks checks(long patienceMs) {
        return new StartChecks(admin, SETTINGS.withStartTimeoutMs(patienceMs), said::incrementAndGet);
    }

    private int answerAt(int time) {
        if (asked.incrementAndGet() < time) {
            throw new LogUnavailableException("create topic: no answer", null);
        }
        return asked.get();
    }

    @Test
    void aBrokerThatIsAwayForAMomentIsAskedAgainAndThatIsSaidOnce() {
        StartChecks checks = checks(60_000);
        assertThat(checks.insist(() -> answerAt(3))).isEqualTo(3);
        assertThat(checks.insist(() -> answerAt(5))).isEqualTo(5);
        assertThat(said).hasValue(1);
    }

    @Test
    void oneThatStaysAwayIsNotWaitedForForever() {
        assertThatThrownBy(() -> checks(1).insist(() -> answerAt(Integer.MAX_VALUE)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(NOWHERE)
                .hasMessageContaining("create topic: no answer");
    }

    @Test
    void whatIsRefusedIsNotAskedAgain() {
        assertThatThrownBy(() -> checks(60_000).insist(() -> {
                    asked.incrementAndGet();
                    throw new RefusedException("no");
                }))
                .hasMessage("no");
        assertThat(asked).hasValue(1);
    }
}
