package io.weirflow.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows over the time at which rows are processed. */
class ProcessingTimeIT {

    @TempDir
    private Path directory;

    /** No row comes after the first ones, and no slot but one has any: ticks alone let time pass in all of them. */
    @Test
    void windowsCloseWhileNothingComes() {
        Pipelines.write(directory, "numbers.jsonl", Pipelines.numbers(3));
        Path pipeline = Pipelines.write(directory, """
                pipeline: by-the-clock
                streams:
                  numbers:
                    source: {file: {path: numbers.jsonl, follow: true}}
                    columns: {id: BIGINT NOT NULL}
                    event_time: processing
                stages:
                  seconds:
                    from: numbers
                    group_by: [id]
                    window: {tumbling: 1s}
                    select: {n: COUNT(*)}
                  all:
                    from: seconds
                    group_by: []
                    window: {tumbling: 1d}
                    select: {n: COUNT(*)}
                sinks:
                  out: {from: seconds, to: console}
                  day: {from: all, to: {file: {path: out/day.jsonl}}}
                """);
        try (Child child = Child.start(directory, "run", pipeline.toString())) {
            Result result = child.awaitRows(3).signal("TERM").end(Duration.ofSeconds(20));
            assertThat(result.rows())
                    .hasSize(3)
                    .allSatisfy(row -> assertThat(row).contains("\"n\":1"));
        }
    }
}
