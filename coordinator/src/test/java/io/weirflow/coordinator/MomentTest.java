package io.weirflow.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MomentTest {

    @Test
    void remembersTheFirstTimeThatHasNotCome() {
        Moment now = new Moment(100);
        assertThat(now.nextMs()).isEqualTo(Long.MAX_VALUE);
        assertThat(now.hasCome(Long.MIN_VALUE)).isTrue();
        assertThat(now.hasCome(100)).isTrue();
        assertThat(now.nextMs()).as("what has come is not awaited").isEqualTo(Long.MAX_VALUE);
        assertThat(now.hasCome(300)).isFalse();
        assertThat(now.hasCome(101)).isFalse();
        assertThat(now.hasCome(200)).isFalse();
        assertThat(now.nextMs()).isEqualTo(101);
    }
}
