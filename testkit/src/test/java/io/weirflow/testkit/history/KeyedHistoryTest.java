package io.weirflow.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.testkit.history.AlertModel.Alert;
import io.weirflow.testkit.history.AlertModel.State;
import io.weirflow.testkit.history.Violation.Kind;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class KeyedHistoryTest {

    private static final Place AT = new Place("t", 0, 0);

    private final Findings findings = new Findings();
    private final KeyedHistory<String, Integer> history = new KeyedHistory<>(findings, "numbers");

    @BeforeEach
    void expect() {
        List.of(1, 2, 3).forEach(row -> history.expect("a", row));
        List.of(11, 12).forEach(row -> history.expect("b", row));
    }

    private void play(int... rows) {
        for (int row : rows) {
            history.row(AT, row < 10 ? "a" : "b", row);
        }
        history.finish();
    }

    @Test
    void keysMayComeInAnyTurns() {
        play(11, 1, 2, 12, 3);
        assertThat(findings.none()).isTrue();
        assertThat(history.rows()).isEqualTo(history.expected());
    }

    @Test
    void badOnesAreFound() {
        play(1, 3, 2, 3, 99, 12);
        assertThat(findings.count(Kind.OUT_OF_ORDER)).as("2 after 3").isEqualTo(1);
        assertThat(findings.count(Kind.DOUBLED)).as("3").isEqualTo(1);
        assertThat(findings.count(Kind.LOST)).as("11").isEqualTo(1);
        assertThat(findings.count(Kind.INVENTED)).as("99").isEqualTo(1);
    }

    @Test
    void anAlertFiresOnceAndResolvesWithTheLastReadingOverTheLimit() {
        AlertModel model = new AlertModel(100);
        long[] values = {50, 101, 150, 100, 99, 200};
        for (int i = 0; i < values.length; i++) {
            model.reading(7, i, values[i]);
        }
        assertThat(model.alerts())
                .containsExactly(
                        new Alert(7, State.FIRING, 1), new Alert(7, State.RESOLVED, 2), new Alert(7, State.FIRING, 5));
    }
}
