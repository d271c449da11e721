package io.weirflow.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.SecretRef;
import io.weirflow.api.definition.Pipelines;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Stages that ask a service. */
final class CallTest {

    private static final String HEAD = """
            pipeline: p
            streams:
              t:
                source: {kafka: {topic: t}}
                columns: {ts: TIMESTAMP, host: VARCHAR, path: VARCHAR, n: BIGINT}
                event_time: {column: ts}
                on_error: fail
            stages:
            """;
    private static final String TAIL = "sinks: {out: {from: c, to: console}}\n";

    private static StepSpec.Call call(Pipeline plan) {
        return plan.stages().stream()
                .flatMap(stage -> stage.steps().stream())
                .map(Step::spec)
                .filter(StepSpec.Call.class::isInstance)
                .map(StepSpec.Call.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void defaultsAndEveryKey() {
        StepSpec.Call small = call(Compiling.plan(
                HEAD + "  c: {from: t, call: {http: {url: http://x/}, result: {score: DOUBLE}}}\n" + TAIL));
        assertThat(small.keyColumns()).isEmpty();
        assertThat(small.timeoutMs()).isEqualTo(10_000);
        assertThat(small.retries()).isEqualTo(3);
        assertThat(small.maxInFlight()).isEqualTo(16);
        assertThat(small.nullOnError()).isFalse();
        assertThat(small.cacheTtlMs()).isZero();
        assertThat(small.cacheSize()).isZero();

        StepSpec.Call large = call(Compiling.plan(HEAD + """
                          c:
                            from: t
                            call:
                              http: {url: http://x/, headers: {Authorization: "Bearer ${file:/run/token}"}}
                              key: [host]
                              result: {score: DOUBLE, reason: VARCHAR}
                              timeout: 2s
                              retries: 5
                              max_in_flight: 100
                              on_error: nulls
                              cache: {ttl: 1m, size: 50}
                        """ + TAIL));
        assertThat(large.keyColumns()).containsExactly(1);
        assertThat(large.result().sql()).isEqualTo("score DOUBLE, reason VARCHAR");
        assertThat(large.timeoutMs()).isEqualTo(2_000);
        assertThat(large.retries()).isEqualTo(5);
        assertThat(large.maxInFlight()).isEqualTo(100);
        assertThat(large.nullOnError()).isTrue();
        assertThat(large.cacheTtlMs()).isEqualTo(60_000);
        assertThat(large.cacheSize()).isEqualTo(50);
        assertThat(large.options().nested("headers").values())
                .containsEntry("Authorization", new SecretRef("Bearer ${file:/run/token}"));
    }

    @Test
    void theColumnsOfTheAnswerStandBehindThoseOfTheRow() {
        Pipeline plan = Compiling.plan(HEAD + """
                  c: {from: t, select: [host, n], call: {http: {url: http://x/}, key: [host], result: {score: DOUBLE}}}
                  hot: {from: c, where: score > 0.5}
                sinks: {out: {from: hot, to: console}}
                """);
        StagePlan stage = plan.stage(1);
        assertThat(stage.steps().get(0).inputType().sql()).isEqualTo("host VARCHAR, n BIGINT");
        assertThat(stage.steps().get(0).rowType().sql()).isEqualTo("host VARCHAR, n BIGINT, score DOUBLE");
        assertThat(stage.steps()).as("what follows runs in the same service").hasSizeGreaterThan(2);
    }

    /** Rows are shuffled by the key; windows by the same key need no other shuffle, and without a key it leaves the source only. */
    @Test
    void runsWhereItsRowsMeet() {
        assertThat(Compiling.explain(HEAD + """
                          c: {from: t, call: {http: {url: http://x/}, key: [host], result: {score: DOUBLE}}}
                          w: {from: c, group_by: [host], window: {tumbling: 1m}, select: {s: MAX(score)}}
                        sinks: {out: {from: w, to: console}}
                        """)).isEqualTo("""
                        pipeline p
                        service t: 1 slot, reads kafka as json
                          0 c: send to c port 0 by (host) <- port 0
                        service c: 4 slots, inbox from t
                          0 c: call http in order by (host) for (score), 16 at a time, 3 retries after 10000ms <- port 0
                          1 w: aggregate MAX(score) by (host) in tumbling 60000ms <- 0
                          2 out: sink console at_least_once <- 1
                          3 c.errors: sink kafka exactly_once <- 0.errors
                          4 w.errors: sink kafka exactly_once <- 1.errors
                          5 w.late: sink kafka exactly_once <- 1.late
                        """);
        assertThat(Compiling.explain(
                        HEAD + "  c: {from: t, call: {http: {url: http://x/}, result: {score: DOUBLE}}}\n" + TAIL))
                .contains("send to c port 0 slot by slot", "call http for (score)");
    }

    @Test
    void everyMistakeIsReportedWithItsPlace() {
        assertThat(Compiling.compile(HEAD + """
                          c:
                            from: t
                            call:
                              http: {uri: http://x/}
                              key: [hots]
                              result: {n: DOUBLE, score: DOUBEL}
                              timeout: 0s
                              retries: many
                              max_in_flight: 0
                              on_error: explode
                              cache: {size: 0}
                            key_by: [host]
                        """ + TAIL).report()).isEqualTo("""
                        p.yaml:12:7: [WF-1114] the result of the call of stage 'c' has a column 'n', and its input has one already; rename or leave it out with 'select'
                        p.yaml:12:7: [WF-1304] 'http' of the call of stage 'c' needs 'url': whom to ask
                        p.yaml:12:14: [WF-1303] unknown option 'uri' in 'http' of the call of stage 'c': it has url, headers; did you mean 'url'?
                        p.yaml:13:13: [WF-1203] unknown column 'hots' in 'key' of the call of stage 'c'; did you mean 'host'?
                        p.yaml:14:34: [WF-1107] unknown type 'DOUBEL'; types are BOOLEAN, INTEGER, BIGINT, DOUBLE, DECIMAL, VARCHAR, VARBINARY, DATE, TIME, TIMESTAMP, ARRAY, MAP, ROW; did you mean 'DOUBLE'?
                        p.yaml:15:16: [WF-1106] 'timeout' of the call of stage 'c' must be more than 0
                        p.yaml:16:16: [WF-1105] 'retries' of the call of stage 'c' is a whole number, not 'many'
                        p.yaml:17:22: [WF-1105] 'max_in_flight' of the call of stage 'c' must be from 1 to 10000, not '0'
                        p.yaml:18:17: [WF-1105] 'on_error' of the call of stage 'c' is one of nulls, stream, not 'explode'
                        p.yaml:19:14: [WF-1008] 'cache' of 'call' of stage 'c' needs 'ttl'
                        p.yaml:19:21: [WF-1105] 'size' of the cache of the call of stage 'c' must be from 1 to 10000000, not '0'
                        p.yaml:20:14: [WF-1108] 'key_by' of stage 'c' is not needed: 'call' has a 'key' of its own
                        """);
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertThat(Compiling.compile(HEAD + """
                          a: {from: t, call: {key: [host]}}
                          b: {from: t, call: {kafka: {topic: x}, http: {url: http://x/}, result: {s: DOUBLE}}}
                          d: {from: t, select: [n], call: {http: {url: http://x/}, result: {s: DOUBLE}}}
                          e: {from: t, call: {http: {url: http://x/}, result: {s: DOUBLE NOT NULL}, on_error: nulls}}
                          f: {from: t, call: {http: {url: http://x/}, result: {s: DOUBLE}}, alert: {when: n > 1}}
                        sinks: {out: {from: [a, b, d, e, f], to: {http: {url: http://x/}}}}
                        """).report()).isEqualTo("""
                        p.yaml:9:22: [WF-1008] the call of stage 'a' needs 'result', the columns of the answer
                        p.yaml:9:22: [WF-1008] the call of stage 'a' needs a service to ask, such as http: {url: …}
                        p.yaml:10:23: [WF-1302] kafka cannot be called, and the call of stage 'b' needs a service
                        p.yaml:10:42: [WF-1108] 'call' of stage 'b' names two services, 'kafka' and 'http'; its settings are key, result, timeout, retries, max_in_flight, on_error, cache
                        p.yaml:11:48: [WF-1306] 'url' of http of the call of stage 'd': needs a host
                        p.yaml:12:22: [WF-1108] 'on_error: nulls' of the call of stage 'e' may leave 's' without a value, which is NOT NULL in 'result'
                        p.yaml:13:3: [WF-1108] 'alert' and 'call' do not go together in stage 'f'; make two stages of it
                        p.yaml:14:25: [WF-1110] the inputs of sink 'out' have different columns: 'a' has (ts TIMESTAMP, host VARCHAR, path VARCHAR, n BIGINT), 'b' has (ts TIMESTAMP, host VARCHAR, path VARCHAR, n BIGINT, s DOUBLE)
                        p.yaml:14:43: [WF-1302] http cannot be written to, and sink 'out' needs a sink
                        """);
    }

    @Test
    void theBuilderMakesTheSame() {
        var definition = Pipelines.define("p").stream(
                        "t",
                        s -> s.source("kafka", Map.of("topic", "t"))
                                .column("host", "VARCHAR")
                                .failOnError())
                .stage(
                        "c",
                        s -> s.from("t")
                                .call(
                                        "http",
                                        Map.of("url", "http://x/"),
                                        c -> c.key("host")
                                                .result("score", "DOUBLE")
                                                .timeout(Duration.ofSeconds(2))
                                                .retries(1)
                                                .maxInFlight(7)
                                                .nullOnError()
                                                .cache(Duration.ofMinutes(1), 9)))
                .sink("out", s -> s.from("c").to("console", Map.of()))
                .build();
        Pipeline plan = new PipelineCompiler()
                .compile(definition, Path.of("/tmp"), Compiling.NOTHING_SET, FakeConnectors.CATALOG)
                .pipeline()
                .orElseThrow();
        assertThat(call(plan))
                .isEqualTo(new StepSpec.Call(
                        "http", call(plan).options(), List.of(0), call(plan).result(), 2_000, 1, 7, true, 60_000, 9));
    }
}
