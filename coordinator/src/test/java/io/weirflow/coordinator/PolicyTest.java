package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.Pipeline;
import org.junit.jupiter.api.Test;

final class PolicyTest {

    @Test
    void checkpointsAreFurtherApartWhereNoSinkWaitsForThem() {
        assertThat(intervalMs("kafka")).isEqualTo(5_000);
        assertThat(intervalMs("kafka", "kafka")).isEqualTo(5_000);
        assertThat(intervalMs("file")).isEqualTo(1_000);
        assertThat(intervalMs("kafka", "webhook")).isEqualTo(1_000);
    }

    @Test
    void checkpointsAreCloserWhereAStandbyWouldMakeAgainWhatWasDoneSince() {
        Pipeline plan = Plans.twoStages("p", 2, "kafka");
        assertThat(Policy.DEFAULT.checkpointIntervalMs(Plans.withStandbys(plan, 1)))
                .isEqualTo(1_000);
        assertThat(Policy.DEFAULT.checkpointIntervalMs(Plans.withStandbys(plan, 0)))
                .isEqualTo(5_000);
    }

    @Test
    void oneIntervalCanBeGivenToAllPipelines() {
        Policy policy = Policy.DEFAULT.withCheckpointIntervalMs(300);
        assertThat(policy.checkpointIntervalMs(Plans.twoStages("p", 1, "kafka")))
                .isEqualTo(300);
        assertThat(policy.checkpointIntervalMs(Plans.twoStages("p", 1, "file"))).isEqualTo(300);
    }

    private static long intervalMs(String... sinks) {
        Pipeline plan = Plans.twoStages("p", 2, sinks);
        return Policy.DEFAULT.checkpointIntervalMs(plan);
    }
}
