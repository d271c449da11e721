package io.weirflow.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No text whatever makes the compiler throw. A failure names its seed. */
final class MutationTest {

    private static final int MUTANTS = 150;
    private static final List<String> SPLICES = List.of(
            "",
            " ",
            "\n",
            "  ",
            "'",
            "\"",
            "{",
            "}",
            "[",
            "]",
            ":",
            ": ",
            "- ",
            "#",
            "|\n",
            ">-\n",
            "${",
            "${A",
            "${A:-b}",
            "$${",
            "*a",
            "&a ",
            "!!x ",
            "\t",
            "\u0000",
            "\uD83D\uDE00",
            "\uD83D",
            "\uFEFF",
            "null",
            "~",
            "5s",
            "-1",
            "COUNT(*)",
            "9999999999999999999",
            "from: x",
            "a: {b: {c: {d: 1}}}",
            "---\n",
            "...\n",
            "\r\n",
            "\\",
            "ROW<a",
            ">",
            ",");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void mutantsAreJudgedNotThrown(long seed) {
        Random random = new Random(seed);
        List<String> originals = List.of(
                Compiling.resource("everything.yaml"),
                Compiling.resource("server-alerts.yaml"),
                Compiling.resource("bad-values.yaml"));
        for (int i = 0; i < MUTANTS; i++) {
            String mutant = mutate(originals.get(random.nextInt(originals.size())), random);
            assertThatCode(() -> {
                        Compilation compilation = Compiling.compile(mutant);
                        assertThat(compilation.ok())
                                .isEqualTo(compilation.pipeline().isPresent());
                        compilation
                                .problems()
                                .forEach(problem -> assertThat(problem.place().line())
                                        .as(problem.render())
                                        .isBetween(0, (int) mutant.lines().count() + 1));
                    })
                    .as("seed %s, mutant %s:%n%s", seed, i, mutant)
                    .doesNotThrowAnyException();
        }
    }

    private static String mutate(String original, Random random) {
        StringBuilder text = new StringBuilder(original);
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
            int from = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), from + random.nextInt(random.nextBoolean() ? 3 : 40));
            switch (random.nextInt(3)) {
                case 0 -> text.replace(from, to, SPLICES.get(random.nextInt(SPLICES.size())));
                case 1 -> text.delete(from, to);
                default -> {
                    String moved = text.substring(from, to);
                    text.insert(random.nextInt(text.length() + 1), moved);
                }
            }
        }
        return text.toString();
    }
}
