package io.weirflow.worker.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.testkit.log.MemoryInboxReader;
import io.weirflow.testkit.log.MemoryLog;
import io.weirflow.worker.slot.SlotMetrics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of a slot. */
final class HeldSlotTest {

    private final List<SlotStatus> said = new ArrayList<>();
    private final HeldSlot slot = new HeldSlot(
            new SlotId("orders", 1, 0),
            new LeaseEpoch(1),
            new SlotThread("slots", new MemoryInboxReader(new MemoryLog(() -> 0)), () -> 0),
            new SlotMetrics(),
            new OpeningTimes(() -> 0),
            changed -> said.add(changed.status()));

    /** A former version of the stage is kept until all slots have said that they run a later one, and some wait long for their next checkpoint. */
    @Test
    void theVersionOfTheStageIsSaidAsSoonAsTheSlotBegins() {
        slot.started(5, 17, 90, 3);
        assertThat(said).containsExactly(new SlotStatus.Running(5, 17, 90, 3));
    }
}
