package io.weirflow.language;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole files: the plans of good ones, and what lint says of bad ones, word by word. */
final class GoldenTest {

    @ParameterizedTest
    @ValueSource(strings = {"server-alerts", "everything"})
    void plansGoodFiles(String name) {
        assertThat(Compiling.explain(Compiling.resource(name + ".yaml"))).isEqualTo(Compiling.resource(name + ".plan"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bad-shapes", "bad-values", "bad-graph", "not-built"})
    void reportsAllMistakesOfBadFiles(String name) {
        Compilation compilation = Compiling.compile(Compiling.resource(name + ".yaml"));
        assertThat(compilation.report()).isEqualTo(Compiling.resource(name + ".lint"));
        assertThat(compilation.ok()).isFalse();
        assertThat(compilation.pipeline()).isEmpty();
    }

    @Test
    void theSameFileGivesTheSamePlan() {
        String yaml = Compiling.resource("everything.yaml");
        assertThat(Compiling.plan(yaml)).isEqualTo(Compiling.plan(yaml));
    }
}
