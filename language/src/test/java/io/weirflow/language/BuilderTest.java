package io.weirflow.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.definition.PipelineDefinition;
import io.weirflow.api.definition.Pipelines;
import io.weirflow.api.definition.WindowDefinition;
import io.weirflow.api.operator.Operator;
import io.weirflow.api.operator.Output;
import io.weirflow.api.row.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The builder and YAML make the same plans, and their mistakes are told by the same lint. */
final class BuilderTest {

    /** Does nothing. */
    public static final class Idle implements Operator {
        @Override
        public void process(Row row, long eventTimeMs, Output out) {}
    }

    private static Compilation compile(PipelineDefinition definition) {
        return new PipelineCompiler()
                .compile(definition, Path.of("/tmp"), Compiling.NOTHING_SET, FakeConnectors.CATALOG);
    }

    @Test
    void builderEqualsYaml() {
        PipelineDefinition definition = Pipelines.define("server-alerts").stream(
                        "requests",
                        s -> s.source("kafka", Map.of("topic", "nginx.access"))
                                .format("json")
                                .column("ts", "TIMESTAMP")
                                .column("host", "VARCHAR")
                                .column("path", "VARCHAR")
                                .column("status", "INTEGER")
                                .column("latency_ms", "DOUBLE")
                                .eventTime("ts", Duration.ofSeconds(5), Duration.ofSeconds(30)))
                .stage(
                        "server_errors",
                        s -> s.from("requests")
                                .where("status >= 500")
                                .select("ts")
                                .select("host", "LOWER(host)")
                                .select("slow", "latency_ms > 1000"))
                .stage(
                        "error_rate",
                        s -> s.from("server_errors")
                                .groupBy("host")
                                .window(WindowDefinition.tumbling(Duration.ofMinutes(1)))
                                .select("errors", "COUNT(*)")
                                .select("slow_errors", "COUNT(*) FILTER (WHERE slow)")
                                .allowedLateness(Duration.ofSeconds(10))
                                .parallelism(4))
                .stage(
                        "high_error_rate",
                        s -> s.from("error_rate")
                                .alert(a -> a.key("host")
                                        .when("errors > 50")
                                        .holdsFor(Duration.ofMinutes(2))
                                        .resolveAfter(Duration.ofMinutes(5))
                                        .severity("page")
                                        .summary("{host}: {errors} server errors a minute")))
                .sink(
                        "pager",
                        s -> s.from("high_error_rate").to("webhook", Map.of("url", "${PAGER_URL:-http://localhost/}")))
                .sink(
                        "archive",
                        s -> s.from("error_rate")
                                .to("kafka", Map.of("topic", "error-rate", "key", List.of("host")))
                                .format("json"))
                .build();

        Compilation compilation = compile(definition);

        assertThat(compilation.report()).isEmpty();
        assertThat(compilation.pipeline()).hasValue(Compiling.plan(Compiling.resource("server-alerts.yaml")));
    }

    @Test
    void operatorsEqualYaml() {
        PipelineDefinition definition = Pipelines.define("ops").stream(
                        "t", s -> s.source("generator", Map.of("kind", "counter")))
                .stage(
                        "idle",
                        s -> s.from("t")
                                .operator(
                                        Idle.class,
                                        o -> o.config("limit", 5)
                                                .config("name", "5")
                                                .config("wait", Duration.ofSeconds(90))
                                                .column("id", "BIGINT"))
                                .keyBy("id"))
                .sink("out", s -> s.from("idle").to("console", Map.of()))
                .build();
        String yaml = """
                pipeline: ops
                streams: {t: {source: {generator: {kind: counter}}}}
                stages:
                  idle:
                    from: t
                    operator:
                      class: io.weirflow.language.BuilderTest$Idle
                      config: {limit: 5, name: "5", wait: 90s}
                      columns: {id: BIGINT}
                    key_by: [id]
                sinks: {out: {from: idle, to: console}}
                """;

        assertThat(compile(definition).pipeline()).hasValue(Compiling.plan(yaml));
    }

    @Test
    void mistakesAreReportedTogether() {
        PipelineDefinition definition = Pipelines.define("Bad").stream(
                        "t",
                        s -> s.source("generator", Map.of("kinds", "counter")).column("a", "INTT"))
                .stage(
                        "x",
                        s -> s.from("tt")
                                .window(WindowDefinition.hopping(Duration.ofSeconds(7), Duration.ofSeconds(2))))
                .stage("y", s -> s.from("t").select("b", "aa").select("b", "1"))
                .sink("s", s -> s.from("x", "y"))
                .build();

        assertThat(compile(definition).report()).isEqualTo("""
                        builder: [WF-1008] sink 's' needs 'to'
                        builder: [WF-1101] the pipeline's name is made of lower-case letters, digits and dashes, after a letter: not 'Bad'
                        builder: [WF-1103] 'tt' in from of stage 'x' is no stream or stage; did you mean 't'?
                        builder: [WF-1107] unknown type 'INTT'; types are BOOLEAN, INTEGER, BIGINT, DOUBLE, DECIMAL, VARCHAR, VARBINARY, DATE, TIME, TIMESTAMP, ARRAY, MAP, ROW
                        builder: [WF-1111] 'every' of the hopping window of stage 'x' does not divide its size
                        builder: [WF-1114] select of stage 'y' has two columns 'b'
                        builder: [WF-1203] unknown column 'aa' in select of stage 'y'
                        builder: [WF-1303] unknown option 'kinds' in source 'generator' of stream 't': it has kind; did you mean 'kind'?
                        builder: [WF-1304] source 'generator' of stream 't' needs 'kind': what
                        """);
    }
}
