package io.weirflow.language;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.OnPoison;
import io.weirflow.api.pipeline.StageInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What streams say, and what becomes of it in the plan. */
final class StreamsTest {

    private static Compilation compile(String stream) {
        return Compiling.compile("pipeline: p\nstreams: {t: " + stream + "}\nsinks: {out: {from: t, to: console}}\n");
    }

    private static StageInput.Source source(String stream) {
        Compilation compilation = compile(stream);
        assertThat(compilation.report()).isEmpty();
        return (StageInput.Source) compilation.pipeline().orElseThrow().stage(0).input();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOOLEAN|a BOOLEAN",
                "integer not null|a INTEGER NOT NULL",
                "'\"DECIMAL( 10 , 2 )\"'|a DECIMAL(10,2)",
                "DECIMAL(7)|a DECIMAL(7,0)",
                "ARRAY<ARRAY<TIMESTAMP>>|a ARRAY<ARRAY<TIMESTAMP>>",
                "'\"MAP<VARCHAR,ROW<x INTEGER NOT NULL, y VARBINARY>>\"'|a MAP<VARCHAR, ROW<x INTEGER NOT NULL, y VARBINARY>>",
            })
    void typesAreRead(String written, String read) {
        assertThat(source("{source: {kafka: {topic: x}}, columns: {a: " + written + "}}")
                        .rowType()
                        .sql())
                .isEqualTo(read);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "STRUCT<a>|unknown type 'STRUCT'",
                "ARRAY|'<' is expected",
                "'\"MAP<INTEGER, INTEGER>\"'|the keys of a MAP are VARCHAR",
                "INTEGER NULL|'NULL' is too much after the type",
                "'\"DECIMAL(2,3)\"'|DECIMAL(2,3) is out of range",
                "DECIMAL|DECIMAL needs its digits",
            })
    void malformedTypesAreReported(String written, String message) {
        assertThat(compile("{source: {kafka: {topic: x}}, columns: {a: " + written + "}}")
                        .report())
                .contains("[WF-1107] " + message);
    }

    @Test
    void formatOptionsStandInsideBesideAndAmongTheSources() {
        String columns = "columns: {a: VARCHAR}";
        StageInput.Source inside =
                source("{source: {file: {path: x}}, format: {csv: {delimiter: ;}}, " + columns + "}");
        StageInput.Source beside = source("{source: {file: {path: x}}, format: csv, delimiter: ;, " + columns + "}");
        StageInput.Source among = source("{source: {file: {path: x, delimiter: ;}}, format: csv, " + columns + "}");

        assertThat(inside.formatOptions().text("delimiter")).isEqualTo(";");
        assertThat(inside.formatOptions().flag("header", true)).isFalse();
        assertThat(beside).isEqualTo(inside);
        assertThat(among.formatOptions()).isEqualTo(inside.formatOptions());
        assertThat(compile("{source: {file: {path: x, delimiter: ;}}, " + columns + "}")
                        .report())
                .contains("[WF-1303] 'delimiter' of stream 't' is not an option of the format json");
    }

    @Test
    void eventTimeIsOfAColumnOrOfTheLog() {
        String columns = "columns: {a: VARCHAR, ts: TIMESTAMP}";
        assertThat(source("{source: {kafka: {topic: x}}, " + columns + "}").eventTime())
                .isEqualTo(new EventTime.None());
        assertThat(source("{source: {kafka: {topic: x}}, " + columns
                                + ", event_time: {column: ts, out_of_orderness: 2m, idle_after: 1d}}")
                        .eventTime())
                .isEqualTo(new EventTime.ByColumn(1, 120_000, 86_400_000));
        assertThat(source("{source: {kafka: {topic: x}}, " + columns
                                + ", event_time: {ingestion: {out_of_orderness: 1s}}}")
                        .eventTime())
                .isEqualTo(new EventTime.Ingestion(1_000, 0));
        assertThat(source("{source: {file: {path: x}}, " + columns + ", event_time: processing}")
                        .eventTime())
                .isEqualTo(new EventTime.Processing());
        assertThat(compile("{source: {file: {path: x}}, " + columns + ", event_time: procesing}")
                        .report())
                .contains("[WF-1113]", "ingestion or processing");
        assertThat(compile("{source: {file: {path: x}}, " + columns + ", event_time: ingestion}")
                        .report())
                .contains("[WF-1113]");
    }

    @Test
    void whatBecomesOfPoisonIsSaid() {
        String pipeline = """
                pipeline: p
                on_poison: CHOICE
                streams: {t: {source: {kafka: {topic: t}}, columns: {n: BIGINT}}}
                sinks: {s: {from: t, to: console}}
                """;
        assertThat(Compiling.plan(pipeline.replace("CHOICE", "park")).onPoison())
                .isEqualTo(OnPoison.PARK);
        assertThat(Compiling.plan(pipeline.replace("CHOICE", "fail")).onPoison())
                .isEqualTo(OnPoison.FAIL);
        assertThat(Compiling.plan(pipeline.replace("on_poison: CHOICE", "")).onPoison())
                .isEqualTo(OnPoison.FAIL);
        assertThat(Compiling.compile(pipeline.replace("CHOICE", "skip")).report())
                .contains("p.yaml:2:", "'on_poison' of the pipeline");
    }

    @Test
    void columnsAreKnownOrAskedFor() {
        assertThat(source("{source: {file: {path: x}}, format: raw}").rowType().sql())
                .isEqualTo("line VARCHAR NOT NULL");
        assertThat(compile("{source: {file: {path: x}}}").report()).contains("[WF-1310]");
        assertThat(compile("{source: {file: {path: x}}, columns: {}}").report()).contains("[WF-1310]");
        assertThat(source("{source: {file: {path: x, follow: true}}, format: raw}")
                        .bounded())
                .isFalse();
    }
}
