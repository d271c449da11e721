package io.weirflow.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BatchBuffersTest {

    private static final int MIB = 1 << 20;

    private final BatchBuffers buffers = new BatchBuffers();

    @Test
    void anArrayIsUsedAgainForWhatIsAboutAsLarge() {
        byte[] first = buffers.take(8 * MIB);
        assertThat(first.length).isGreaterThanOrEqualTo(9 * MIB);
        buffers.giveBack(first);
        assertThat(buffers.take(9 * MIB)).isSameAs(first);
        assertThat(buffers.take(9 * MIB)).isNotSameAs(first);
    }

    @Test
    void anArrayThatIsTooSmallOrTwiceAsLargeIsNot() {
        byte[] first = buffers.take(8 * MIB);
        buffers.giveBack(first);
        assertThat(buffers.take(first.length + 1)).isNotSameAs(first);
        assertThat(buffers.take(first.length / 2)).isNotSameAs(first);
        assertThat(buffers.take(first.length / 2 + 1)).isSameAs(first);
    }

    @Test
    void onlyAFewAreKeptAndNoneOfThoseThatAreSmall() {
        byte[] small = buffers.take(1_000);
        assertThat(small).hasSize(1_000);
        buffers.giveBack(small);
        assertThat(buffers.take(1_000)).isNotSameAs(small);
        byte[] oldest = buffers.take(2 * MIB);
        byte[] middle = buffers.take(2 * MIB);
        byte[] newest = buffers.take(2 * MIB);
        buffers.giveBack(oldest);
        buffers.giveBack(middle);
        buffers.giveBack(newest);
        assertThat(buffers.take(2 * MIB)).isSameAs(middle);
        assertThat(buffers.take(2 * MIB)).isSameAs(newest);
        assertThat(buffers.take(2 * MIB)).isNotSameAs(oldest);
    }
}
