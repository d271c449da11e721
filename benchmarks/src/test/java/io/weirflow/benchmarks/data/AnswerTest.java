package io.weirflow.benchmarks.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AnswerTest {

    private final Answer answer = new Answer();

    @Test
    void isCompleteInAnyOrderAndWithEqualRows() {
        answer.add(1, 2);
        answer.add(2, 1);
        answer.add(1, 2);
        Answer.Comparison comparison = answer.compare();

        comparison.accept(1, 2);
        comparison.accept(1, 2);
        assertThat(comparison.complete()).isFalse();
        comparison.accept(2, 1);

        assertThat(comparison.complete()).isTrue();
        assertThat(comparison.otherRows()).isZero();
    }

    @Test
    void seesRowsThatAreWrongOrComeTwice() {
        answer.add(1, 2);
        Answer.Comparison comparison = answer.compare();

        comparison.accept(1, 2);
        comparison.accept(1, 2);
        comparison.accept(1, 3);

        assertThat(comparison.otherRows()).isEqualTo(2);
        assertThat(comparison.complete()).isTrue();
    }

    @Test
    void comparisonsDoNotDisturbEachOther() {
        answer.add(5);
        answer.compare().accept(5);

        assertThat(answer.compare().missingRows()).isEqualTo(1);
    }

    @Test
    void rowsMayWriteTimesInBothWays() {
        OutputRow row = new OutputRow(List.of("auction", "window_start"));

        long[] numbers = row.read("{\"window_start\":1767225600000,\"auction\":7,\"more\":\"x\"}".getBytes(UTF_8))
                .clone();
        long[] text = row.read("{\"auction\":7,\"window_start\":\"2026-01-01T00:00:00.000Z\"}".getBytes(UTF_8));

        assertThat(numbers).containsExactly(7, 1_767_225_600_000L).isEqualTo(text);
    }

    @Test
    void rowsWithoutAColumnAreRefused() {
        OutputRow row = new OutputRow(List.of("auction", "bids"));

        assertThatThrownBy(() -> row.read("{\"auction\":7}".getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lacks");
    }
}
