package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Help, and {@code weirflow lint}. */
class CommandIT {

    private static final String BROKEN = """
            pipeline: broken
            streams:
              numbers:
                source: {generator: {kind: counter}}
            stages:
              some:
                from: numbers
                where: idd > 3
            sinks:
              out: {from: some, to: {console: {}}}
            """;

    @TempDir
    private Path directory;

    @Test
    void withoutACommandTheUsage() {
        Result result = Result.of();
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).contains("Usage: weirflow", "run", "lint");
    }

    @Test
    void help() {
        assertThat(Result.of("--help").status()).isZero();
        assertThat(Result.of("--help").out()).contains("run", "lint", "130");
        assertThat(Result.of("run", "--help").out())
                .contains("--kafka", "--data", "--port", "--set", "--plugins", "130");
        assertThat(Result.of("lint", "--help").out()).contains("-o", "text|json");
        assertThat(Result.of("--version").out()).startsWith("weirflow ");
    }

    @Test
    void lintOfASoundPipeline() {
        Path good = Pipelines.counts(directory, "good", 1);
        Result result = Result.of("lint", good.toString());
        assertThat(result.status()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(Result.of("explain", good.toString()).out()).contains("sums");
    }

    /** What is not run by a test is at least sound. */
    @Test
    void lintOfTheTour() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("..", "examples", "tour"))) {
            List<String> pipelines = files.map(Path::toString)
                    .filter(file -> file.endsWith(".yaml"))
                    .toList();
            assertThat(pipelines).hasSizeGreaterThan(4);
            List<String> args = new ArrayList<>(List.of("lint"));
            args.addAll(pipelines);
            Result result = Result.of(args.toArray(String[]::new));
            assertThat(result.status()).as(result.out()).isZero();
        }
    }

    @Test
    void lintOfSeveralFiles() throws Exception {
        Path good = Pipelines.counts(directory, "good", 1);
        Path broken = Pipelines.write(directory, "broken.yaml", BROKEN);
        Path absent = directory.resolve("absent.yaml");
        Result text = Result.of("lint", good.toString(), broken.toString(), absent.toString());
        assertThat(text.status()).isEqualTo(2);
        assertThat(text.out()).contains(broken + ":8:", "[WF-", "idd", "did you mean 'id'", "there is no such file");

        Result json = Result.of("lint", "-o", "json", good.toString(), broken.toString(), absent.toString());
        assertThat(json.status()).isEqualTo(2);
        JsonNode problems = new ObjectMapper().readTree(json.out());
        assertThat(problems).isNotEmpty();
        JsonNode first = problems.get(0);
        assertThat(first.path("file").asText()).isEqualTo(broken.toString());
        assertThat(first.path("line").asInt()).isEqualTo(8);
        assertThat(first.path("code").asText()).startsWith("WF-");
        assertThat(first.path("severity").asText()).isEqualTo("error");

        Result none = Result.of("lint", "-o", "json", good.toString());
        assertThat(none.status()).isZero();
        assertThat(new ObjectMapper().readTree(none.out())).isEmpty();
        assertThat(Result.of("lint", "-o", "yaml", good.toString()).status()).isEqualTo(2);
        assertThat(Result.of("lint").status()).isEqualTo(2);
    }
}
