package io.weirflow.testkit.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SeededTest {

    @Test
    void theSameBaseGivesTheSameSeedsAndNoSeedTwice() {
        assertThat(SeededExtension.seeds(null, 1, 100).boxed())
                .doesNotHaveDuplicates()
                .hasSize(100)
                .isEqualTo(SeededExtension.seeds(null, 1, 100).boxed().toList())
                .isNotEqualTo(SeededExtension.seeds(null, 2, 100).boxed().toList());
    }

    @Test
    void aSeedGivenByHandIsTheOnlyOne() {
        assertThat(SeededExtension.seeds(42L, 1, 100).boxed()).containsExactly(42L);
    }

    @Test
    void noSeedsAtAllAreRefused() {
        assertThatThrownBy(() -> SeededExtension.seeds(null, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Seeded(seeds = 3)
    void theGeneratorStartsWithTheSeed(long seed, Random random, @TempDir Path directory) {
        assertThat(random.nextLong()).isEqualTo(new Random(seed).nextLong());
        assertThat(directory).isDirectory();
    }
}
