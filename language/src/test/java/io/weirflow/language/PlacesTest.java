package io.weirflow.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.language.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mistake in an expression points at its very characters, however YAML has wrapped the text. */
final class PlacesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n > 1 AND @nope > 2",
                "'n > 1 AND @nope > 2'",
                "\"n > 1 AND @nope > 2\"",
                "'s = ''it'' AND @nope > 2'",
                "\"s = '\\u0041\\n\\x41' AND @nope > 2\"",
                "\"n > 1 \\\n         AND @nope > 2\"",
                "\"n > 1\n\n\n         AND @nope > 2\"",
                "n > 1\n      AND\n      @nope > 2",
                "|\n      n > 1\n        AND @nope > 2\n",
                ">-\n      n > 1\n      AND n > 2\n\n      AND @nope > 2",
                ">\n      n > 1\n        AND\n      @nope > 2",
                "s = '\uD83D\uDE00' AND @nope > 2",
                "s = '${E:-äö}' AND\n      @nope > 2",
            })
    void pointsIntoTheText(String written) {
        String template = """
                pipeline: p
                streams: {t: {source: {kafka: {topic: t}}, columns: {n: BIGINT, s: VARCHAR}}}
                stages:
                  a:
                    from: t
                    where: %s
                sinks: {out: {from: a, to: console}}
                """;
        String marked = template.formatted(written);
        int at = marked.indexOf('@');
        List<String> before = marked.substring(0, at).lines().toList();
        String line = before.get(before.size() - 1);

        List<Problem> problems = Compiling.compile(marked.replace("@", "")).problems();

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("WF-1203");
            assertThat(problem.place().line()).isEqualTo(before.size());
            assertThat(problem.place().column()).isEqualTo(line.codePointCount(0, line.length()) + 1);
        });
    }

    @Test
    void limitsAreKept() {
        assertThat(Compiling.compile("a: " + "x".repeat(1 << 20)).report())
                .isEqualTo("p.yaml: [WF-1003] the file is larger than 1 MiB\n");
        assertThat(Compiling.compile("a: " + "[".repeat(40) + "]".repeat(40)).report())
                .isEqualTo("p.yaml:1:36: [WF-1003] maps and lists are nested deeper than 32\n");
        assertThat(Compiling.compile("").report()).isEqualTo("p.yaml:1:1: [WF-1002] the file is empty\n");
        assertThat(Compiling.compile("a: b: c").report()).startsWith("p.yaml:1:5: [WF-1002] the file is not YAML");
    }
}
