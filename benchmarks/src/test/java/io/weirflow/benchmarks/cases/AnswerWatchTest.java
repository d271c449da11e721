package io.weirflow.benchmarks.cases;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.benchmarks.data.Answer;
import io.weirflow.benchmarks.engine.BenchException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class AnswerWatchTest {

    private static final List<String> COLUMNS = List.of("auction", "bids");

    private final Answer answer = new Answer();

    AnswerWatchTest() {
        answer.add(1, 10);
        answer.add(2, 20);
    }

    private static byte[] row(int auction, int bids) {
        return ("{\"auction\":" + auction + ",\"bids\":" + bids + "}").getBytes(UTF_8);
    }

    private static Consumer<Consumer<byte[]>> output(byte[]... rows) {
        return taker -> List.of(rows).forEach(taker);
    }

    @Test
    void countsRowsAndLooksAtThemAfterwards() {
        AnswerWatch watch = AnswerWatch.counting(answer, COLUMNS);
        watch.accept(row(1, 10));
        watch.polled(100, true);
        assertThat(watch.completeMs()).isEmpty();
        assertThat(watch.state()).isEqualTo("1 of 2 rows have come");
        watch.accept(row(2, 20));
        watch.polled(200, true);
        watch.polled(300, false);
        assertThat(watch.completeMs()).hasValue(200);
        watch.verify(output(row(2, 20), row(1, 10)));
        for (Consumer<Consumer<byte[]>> wrong : List.of(
                output(row(1, 10), row(2, 21)), output(row(1, 10)), output(row(1, 10), row(2, 20), row(2, 20)))) {
            assertThatThrownBy(() -> watch.verify(wrong)).isInstanceOf(BenchException.class);
        }
    }

    @Test
    void looksAtRowsThatGrowWhenTheEngineMayBeThrough() {
        AnswerWatch watch = AnswerWatch.holding(answer, COLUMNS);
        watch.accept(row(1, 3));
        watch.polled(100, true);
        watch.accept(row(1, 10));
        watch.accept(row(2, 20));
        watch.polled(200, true);
        assertThat(watch.completeMs()).as("nobody has looked").isEmpty();
        watch.accept(row(2, 20));
        watch.polled(300, false);
        assertThat(watch.completeMs())
                .as("when the last row that was needed came")
                .hasValue(200);
        assertThat(watch.state()).isEqualTo("0 rows missing, 2 wrong or twice");
    }
}
