package io.weirflow.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Where shuffles are and where they are not. */
final class PlanningTest {

    private static final String HEAD = """
            pipeline: p
            streams:
              t:
                source: {kafka: {topic: t}}
                columns: {ts: TIMESTAMP, host: VARCHAR, path: VARCHAR, n: BIGINT}
                event_time: {column: ts}
                on_error: fail
            stages:
              w: {from: t, group_by: [host], window: {tumbling: 1m}, select: {c: COUNT(*)}}
            """;

    /** Services with the entries of their steps; the kinds of steps are shortened to a letter each. */
    private static String services(Pipeline pipeline) {
        return pipeline.stages().stream()
                .map(stage -> stage.name() + "/" + stage.slots() + ":" + steps(stage))
                .collect(Collectors.joining(" | "));
    }

    private static String steps(StagePlan stage) {
        return stage.steps().stream()
                .filter(step -> !step.entry().contains("."))
                .map(PlanningTest::step)
                .collect(Collectors.joining());
    }

    private static String step(Step step) {
        if (step.spec() instanceof StepSpec.Send send) {
            return send.partitioning() instanceof StepSpec.Partitioning.ByKey
                    ? " K>" + send.stage()
                    : " F>" + send.stage();
        }
        return " " + step.entry() + "." + step.spec().getClass().getSimpleName().charAt(0);
    }

    private static String services(String stages, String from) {
        return services(Compiling.compile(HEAD + stages + "sinks: {out: {from: " + from + ", to: console}}\n")
                .pipeline()
                .orElseThrow());
    }

    @Test
    void anAlertByTheGroupColumnIsFused() {
        assertThat(services("  a: {from: w, alert: {key: [host], when: c > 1}}\n", "a"))
                .isEqualTo("t/1: w.P K>1 | w/4: w.W a.A out.S");
    }

    @Test
    void aLongerKeyIsFusedToo() {
        assertThat(services("  a: {from: w, alert: {key: [window_start, host], when: c > 1}}\n", "a"))
                .isEqualTo("t/1: w.P K>1 | w/4: w.W a.A out.S");
    }

    @Test
    void aRenamedKeyIsFused() {
        assertThat(services("  a: {from: w, select: {h: host, c: c}, alert: {key: [h], when: c > 1}}\n", "a"))
                .isEqualTo("t/1: w.P K>1 | w/4: w.W a.P a.A out.S");
    }

    @Test
    void aComputedKeyIsShuffled() {
        assertThat(services(
                        "  a: {from: w, select: {host: LOWER(host), c: c}, alert: {key: [host], when: c > 1}}\n", "a"))
                .isEqualTo("t/1: w.P K>1 | w/4: w.W a.P K>2 | a/4: a.A out.S");
    }

    @Test
    void anotherKeyIsShuffled() {
        assertThat(services("  a: {from: w, alert: {key: [c], when: c > 1}}\n", "a"))
                .isEqualTo("t/1: w.P K>1 | w/4: w.W K>2 | a/4: a.A out.S");
    }

    @Test
    void noKeyIsOneSlot() {
        assertThat(services(
                        "  a: {from: w, alert: {when: c > 1}}\n  b: {from: a, alert: {key: [host], when: c > 1}, select: {host, c}}\n",
                        "b"))
                .isEqualTo("t/1: w.P K>1 | w/4: w.W K>2 | a/1: a.A b.P b.A out.S");
    }

    @Test
    void keptApart() {
        assertThat(services("  a: {from: w, where: c > 1, fuse: false, parallelism: 2}\n", "a"))
                .isEqualTo("t/1: w.P K>1 | w/4: w.W F>2 | a/2: a.F out.S");
        assertThat(services("  a: {from: w, fuse: false, alert: {key: [host], when: c > 1}}\n", "a"))
                .isEqualTo("t/1: w.P K>1 | w/4: w.W K>2 | a/4: a.A out.S");
    }

    @Test
    void statelessStagesStayWithTheSource() {
        assertThat(services("  a: {from: t, where: n > 1}\n  b: {from: a, select: {n}}\n", "b"))
                .isEqualTo("t/1: a.F b.P out.S");
    }

    @Test
    void anOperatorWithoutKeyLeavesTheSourceOnly() {
        assertThat(services("  a: {from: t, operator: {class: X}}\n  b: {from: a, operator: {class: Y}}\n", "b"))
                .isEqualTo("t/1: F>1 | a/4: a.U b.U out.S");
        assertThat(services(
                        "  a: {from: t, operator: {class: X}, key_by: [host]}\n  b: {from: a, operator: {class: Y}, key_by: [host]}\n",
                        "b"))
                .isEqualTo("t/1: K>1 | a/4: a.U K>2 | b/4: b.U out.S");
    }

    @Test
    void aUnionInOneServiceNeedsNoShuffle() {
        assertThat(services(
                        "  a: {from: t, where: n > 1}\n  b: {from: t, where: n < 0}\n  u: {from: [a, b], select: {n}}\n",
                        "u"))
                .isEqualTo("t/1: a.F b.F u.P out.S");
    }

    @Test
    void aUnionOfServicesByKeySendsFromEach() {
        assertThat(services(
                        "  a: {from: t, select: {host, window_start: ts, window_end: ts, c: n}}\n  u: {from: [a, w], where: c > 1, key_by: [host]}\n",
                        "u"))
                .isEqualTo("t/1: w.P K>1 a.P u.F K>2 | w/4: w.W w.P u.F K>2 | u/4: out.S");
    }

    @Test
    void sourcesHaveASlotForEachPartition() {
        Compilation compilation = Compiling.compile(HEAD + "sinks: {out: {from: w, to: console}}\n");
        assertThat(services(compilation.plan(source -> 7))).isEqualTo("t/7: w.P K>1 | w/4: w.W out.S");
        assertThat(compilation.plan(source -> 1))
                .isEqualTo(compilation.pipeline().orElseThrow());
    }

    @Test
    void standbysAreThoseOfTheStageOrElseOfThePipeline() {
        String stages =
                "  a: {from: w, fuse: false, alert: {key: [host], when: c > 1}, standby: 2}\nsinks: {out: {from: a, to: console}}\n";
        assertThat(standbys(HEAD + stages)).containsExactly(0, 0, 2);
        assertThat(standbys("standby: 1\n" + HEAD + stages)).containsExactly(1, 1, 2);
        assertThat(standbys("standby: 1\n" + HEAD + stages.replace("standby: 2", "standby: 0")))
                .containsExactly(1, 1, 0);
        Compilation wrong = Compiling.compile("standby: -1\n" + HEAD + stages.replace("standby: 2", "standby: 9"));
        assertThat(wrong.ok()).isFalse();
        assertThat(wrong.report())
                .contains("'standby' of the pipeline must be from 0 to 8, not '-1'")
                .contains("'standby' of stage 'a' must be from 0 to 8, not '9'");
    }

    private static List<Integer> standbys(String text) {
        return Compiling.compile(text).pipeline().orElseThrow().stages().stream()
                .map(StagePlan::standbys)
                .toList();
    }

    @Test
    void settingsWithoutEffectAreWarnings() {
        Compilation compilation = Compiling.compile(
                HEAD
                        + "  a: {from: w, where: c > 1, parallelism: 2, uid: x, standby: 1}\nsinks: {out: {from: a, to: console}}\n");
        assertThat(compilation.ok()).isTrue();
        assertThat(compilation.report()).isEqualTo("""
                        p.yaml:10:43: [WF-1116] warning: 'parallelism' of stage 'a' has no effect: it runs in 'w'; 'fuse: false' would keep it apart
                        p.yaml:10:51: [WF-1116] warning: 'uid' of stage 'a' has no effect: it runs in 'w'; 'fuse: false' would keep it apart
                        p.yaml:10:63: [WF-1116] warning: 'standby' of stage 'a' has no effect: it runs in 'w'; 'fuse: false' would keep it apart
                        """);
    }

    private static final String CLOCK = """
            pipeline: p
            streams:
              t: {source: {kafka: {topic: t}}, columns: {host: VARCHAR, n: BIGINT}, event_time: processing, on_error: fail}
              e:
                source: {kafka: {topic: e}}
                columns: {host: VARCHAR, n: BIGINT, ts: TIMESTAMP}
                event_time: {column: ts}
            stages:
              few: {from: e, select: [host, n]}
            """;

    /** Rows get their time behind the first shuffle, so windows and alerts are there. */
    @Test
    void processingTimeNeedsNoColumn() {
        assertThat(Compiling.explain(CLOCK + """
                          w: {from: t, group_by: [host], window: {tumbling: 1m}, select: {c: COUNT(*)}}
                          a: {from: w, alert: {key: [host], when: c > 1}}
                        sinks: {out: {from: a, to: console}, few: {from: few, to: console}}
                        """)).contains("reads (host) of kafka as json, in processing time\n");
    }

    @Test
    void twoClocksDoNotMeetInOneInbox() {
        Compilation mixed = Compiling.compile(CLOCK + """
                  u: {from: [few, t], key_by: [host]}
                sinks: {out: {from: u, to: console}}
                """);
        assertThat(mixed.report()).contains("p.yaml:10:19: [WF-1113] the inputs of stage 'u' have different times");
        Compilation shuffledBefore = Compiling.compile(CLOCK + """
                  k: {from: t, key_by: [host]}
                  u: {from: [few, k], key_by: [host]}
                sinks: {out: {from: u, to: console}}
                """);
        assertThat(shuffledBefore.report()).isEmpty();
        Compilation apart = Compiling.compile(CLOCK + """
                  k: {from: t, fuse: false}
                  u: {from: [few, k]}
                sinks: {out: {from: u, to: console}}
                """);
        assertThat(apart.report()).isEmpty();
    }
}
