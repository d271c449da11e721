package io.weirflow.protocol.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class IdTest {

    @Test
    void slotsAreOrderedByPipelineThenStageThenPartition() {
        List<SlotId> ordered =
                List.of(new SlotId("a", 2, 9), new SlotId("a", 10, 0), new SlotId("a", 10, 3), new SlotId("b", 1, 0));
        assertThat(Stream.of(ordered.get(3), ordered.get(1), ordered.get(0), ordered.get(2))
                        .sorted()
                        .toList())
                .isEqualTo(ordered);
        assertThat(ordered.get(2)).hasToString("a/10/3");
    }

    @Test
    void onlyALaterLifeOfTheSameWorkerSucceedsIt() {
        WorkerId worker = new WorkerId("w", 5);
        assertThat(new WorkerId("w", 6).succeeds(worker)).isTrue();
        assertThat(worker.succeeds(worker)).isFalse();
        assertThat(new WorkerId("w", 4).succeeds(worker)).isFalse();
        assertThat(new WorkerId("x", 6).succeeds(worker)).isFalse();
    }

    @Test
    void livesAndEpochsOnlyGrow() {
        assertThat(Incarnation.FIRST.next()).isGreaterThan(Incarnation.FIRST);
        assertThat(LeaseEpoch.NONE.next()).isGreaterThan(LeaseEpoch.NONE);
        assertThatThrownBy(() -> new Incarnation(0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Rows that wait for their calls are kept in this order, and none may replace another. */
    @Test
    void callsOfALaterRunComeAfterThoseOfAFormerWhoseOffsetsWereGreater() {
        CallId before = CallId.of(3, new Incarnation(2), 1_000_000_000_000L, 7);
        CallId after = CallId.of(3, new Incarnation(3), 0, 0);
        assertThat(after.offset()).isGreaterThan(before.offset());
        assertThat(CallId.of(3, Incarnation.FIRST, 41, 7)).isEqualTo(new CallId(3, 41, 7));
        assertThat(CallId.of(3, new Incarnation(Integer.MAX_VALUE), 41, 7).offset())
                .as("many runs later")
                .isPositive();
    }

    /** These names are in Kafka: another name is another topic, and another lease fences nobody. */
    @Test
    void namesNeverChange() {
        assertThat(Names.inboxTopic("p", "s")).isEqualTo("p.s.inbox");
        assertThat(Names.changelogTopic("p", "s")).isEqualTo("p.s.changelog");
        assertThat(Names.leaseTransactionalId("p", "w")).isEqualTo("p.lease.w");
        Names names = new Names("c");
        assertThat(names.controlTopic()).isEqualTo("c.weirflow-control");
        assertThat(names.fleetTopic()).isEqualTo("c.weirflow-fleet");
        assertThat(names.coordinatorTransactionalId()).isEqualTo("c.weirflow-coordinator");
    }
}
