package io.weirflow.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.RowType;
import io.weirflow.language.plan.Explain;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which columns sources decode and shuffles carry. */
final class ColumnPruningTest {

    private static final String HEAD = """
            pipeline: p
            streams:
              t:
                source: {kafka: {topic: t}}
                columns: {ts: TIMESTAMP, host: VARCHAR NOT NULL, path: VARCHAR, n: BIGINT, m: BIGINT, seen: TIMESTAMP}
                event_time: {column: ts}
              u:
                source: {kafka: {topic: u}}
                columns: {n: BIGINT, host: VARCHAR, z: VARCHAR}
            stages:
            """;

    private static Pipeline plan(String stages, String sinks) {
        Pipeline plan =
                Compiling.compile(HEAD + stages + "sinks:\n" + sinks).pipeline().orElseThrow();
        plan.stages().forEach(stage -> checkTypes(plan, stage));
        return plan;
    }

    private static Pipeline plan(String stages) {
        return plan(stages, "  out: {from: a, to: console}\n");
    }

    /** Steps agree on the types of the rows between them, and senders with receivers. */
    private static void checkTypes(Pipeline plan, StagePlan stage) {
        for (Step step : stage.steps()) {
            for (Step.Upstream input : step.inputs()) {
                if (input.tag() != Step.Tag.ERRORS) {
                    assertThat(step.inputType()).as(step.toString()).isEqualTo(typeOf(stage, input));
                }
            }
            if (step.spec() instanceof StepSpec.Project project) {
                assertThat(names(step.rowType()))
                        .isEqualTo(String.join(" ", project.projection().names()));
            }
            if (step.spec() instanceof StepSpec.Send send) {
                StageInput.Inbox inbox =
                        (StageInput.Inbox) plan.stage(send.stage()).input();
                assertThat(inbox.ports().get(send.port()).rowType()).isEqualTo(step.inputType());
            }
        }
    }

    private static RowType typeOf(StagePlan stage, Step.Upstream input) {
        if (input instanceof Step.Upstream.FromStep from) {
            Step step = stage.steps().get(from.step());
            return from.tag() == Step.Tag.LATE ? step.inputType() : step.rowType();
        }
        int port = ((Step.Upstream.FromPort) input).port();
        return stage.input() instanceof StageInput.Inbox inbox
                ? inbox.ports().get(port).rowType()
                : ((StageInput.Source) stage.input()).rowType();
    }

    private static String read(Pipeline plan) {
        return read(plan, 0);
    }

    private static String read(Pipeline plan, int stage) {
        StageInput.Source source = (StageInput.Source) plan.stage(stage).input();
        return source.readColumns().stream()
                .map(index -> source.rowType().column(index).name())
                .collect(Collectors.joining(" "));
    }

    private static String sent(Pipeline plan, int stage) {
        return ((StageInput.Inbox) plan.stage(stage).input())
                .ports().stream().map(port -> names(port.rowType())).collect(Collectors.joining(" | "));
    }

    private static String names(RowType type) {
        return type.columns().stream().map(Column::name).collect(Collectors.joining(" "));
    }

    @Test
    void aWindowGetsKeysArgumentsAndEventTime() {
        Pipeline plan = plan("  a: {from: t, group_by: [host], window: {tumbling: 1m}, select: {s: SUM(m)}}\n");
        assertThat(read(plan)).isEqualTo("ts host m");
        assertThat(sent(plan, 1)).isEqualTo("ts host m");
        assertThat(Explain.render(plan))
                .contains(
                        "reads (ts, host, m) of kafka as json",
                        "project ts, host, m as (ts, host, m) <- port 0",
                        "aggregate SUM(m) by (host) in tumbling",
                        "send to a port 0 by (host)");
    }

    @Test
    void lateRowsThatArePutToUseAreWhole() {
        Pipeline plan = plan(
                "  a: {from: t, group_by: [host], window: {tumbling: 1m}, select: {c: COUNT(*)}}\n",
                "  out: {from: a, to: console}\n  late: {from: a.late, to: console}\n");
        assertThat(read(plan)).isEqualTo("ts host path n m seen");
        assertThat(sent(plan, 1)).isEqualTo("ts host path n m seen");
    }

    @Test
    void errorsThatArePutToUseShowWholeRows() {
        Pipeline plan = plan(
                "  a: {from: t, group_by: [host], window: {tumbling: 1m}, select: {c: COUNT(*)}}\n",
                "  out: {from: a, to: console}\n  errors: {from: a.errors, to: console}\n");
        assertThat(sent(plan, 1)).isEqualTo("ts host path n m seen");
    }

    @Test
    void whatIsReadOfLateRowsIsSentToo() {
        Pipeline plan = plan(
                "  a: {from: t, group_by: [host], window: {tumbling: 1m}, select: {c: COUNT(*)}}\n"
                        + "  b: {from: a.late, select: {n}}\n",
                "  out: {from: a, to: console}\n  late: {from: b, to: console}\n");
        assertThat(sent(plan, 1)).isEqualTo("ts host n");
    }

    @Test
    void aSinkOnTheStreamReadsAll() {
        Pipeline plan = plan("  a: {from: t, where: n > 1}\n");
        assertThat(read(plan)).isEqualTo("ts host path n m seen");
        assertThat(Explain.render(plan)).contains("reads kafka as json");
    }

    @Test
    void aFilterAndAProjectionReadTheirColumnsAndTheEventTime() {
        assertThat(read(plan("  a: {from: t, where: n > 1, select: {m}}\n"))).isEqualTo("ts n m");
        assertThat(read(plan("  a: {from: u, where: n > 1, select: {host: UPPER(host)}}\n")))
                .isEqualTo("n host");
        assertThat(read(plan("  a: {from: u, select: {one: 1}}\n"))).isEmpty();
    }

    /** Its errors show the row, and what is not decoded would look as if it were NULL. */
    @Test
    void whatCanFailWhereASourceIsReadReadsAll() {
        assertThat(read(plan("  a: {from: u, where: n / 2 > 1, select: {n}}\n")))
                .isEqualTo("n host z");
    }

    @Test
    void projectionsLeaveOutWhatNobodyReads() {
        Pipeline plan = plan("  s: {from: t, select: {ts, host, lower: LOWER(path), x: n > 1}}\n"
                + "  a: {from: s, group_by: [host], window: {session: 1m}, select: {c: COUNT(*) FILTER (WHERE x)}}\n");
        assertThat(read(plan)).isEqualTo("ts host n");
        assertThat(sent(plan, 1)).isEqualTo("ts host x");
        assertThat(plan.stage(0).steps().get(0).rowType())
                .isEqualTo(plan.stage(0).steps().get(1).inputType());
        assertThat(plan.stage(0).steps().get(1).spec()).isInstanceOf(StepSpec.Send.class);
    }

    @Test
    void projectionsKeepWhatCanFail() {
        Pipeline plan = plan("  s: {from: t, select: {ts, host, half: n / m, path}}\n"
                + "  a: {from: s, group_by: [host], window: {tumbling: 1m}, select: {c: COUNT(*)}}\n");
        assertThat(plan.stage(0).steps().get(0).rowType().indexOf("half")).isNotNegative();
        assertThat(plan.stage(0).steps().get(0).rowType().indexOf("path")).isNegative();
        assertThat(sent(plan, 1)).isEqualTo("ts host");
    }

    @Test
    void stagesInARowCarryWhatTheLastOneReads() {
        Pipeline plan =
                plan("  k: {from: t, key_by: [host]}\n  l: {from: k, key_by: [m]}\n  f: {from: l, where: n > 0}\n"
                        + "  a: {from: f, select: {n}}\n");
        assertThat(read(plan)).isEqualTo("ts host n m");
        assertThat(sent(plan, 1)).isEqualTo("host n m");
        assertThat(sent(plan, 2)).isEqualTo("n m");
    }

    @Test
    void unitedRowsHaveTheSameColumns() {
        Pipeline plan = plan("  x: {from: t, select: {host, n}}\n  y: {from: u, select: {host, n}}\n"
                + "  a: {from: [x, y], where: n > 0, group_by: [host], window: {count: 5}, select: {c: COUNT(*)}}\n");
        assertThat(read(plan)).isEqualTo("ts host n");
        assertThat(read(plan, 1)).isEqualTo("n host");
        assertThat(sent(plan, 2)).isEqualTo("host | host");
    }

    @Test
    void operatorsAndAlertsGetWholeRows() {
        assertThat(sent(plan("  a: {from: t, alert: {key: [host], when: n > 1}}\n"), 1))
                .isEqualTo("ts host path n m seen");
        assertThat(sent(plan("  a: {from: t, operator: {class: X}, key_by: [host]}\n"), 1))
                .isEqualTo("ts host path n m seen");
    }

    @Test
    void aRowIsNeverEmpty() {
        Pipeline plan = plan("  a: {from: u, group_by: [], window: {count: 3}, select: {c: COUNT(*)}}\n");
        assertThat(sent(plan, 1)).isEqualTo("n");
        assertThat(((StageInput.Source) plan.stage(0).input()).readColumns()).isEqualTo(List.of(0));
    }

    @Test
    void theWholeRowGoesToSinksBehindShuffles() {
        assertThat(sent(plan("  a: {from: u, key_by: [n]}\n"), 1)).isEqualTo("n host z");
    }
}
