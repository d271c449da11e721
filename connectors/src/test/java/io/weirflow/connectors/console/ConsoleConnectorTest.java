package io.weirflow.connectors.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.SinkConnector;
import io.weirflow.api.connector.SinkWriter.External;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.Kit;
import io.weirflow.connectors.format.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConsoleConnectorTest {

    private static final RowType TYPE = RowType.of(Column.of("n", Scalar.INTEGER));

    @Test
    void printsWholeLinesFromSeveralThreads() throws InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SinkConnector sink = new ConsoleConnector(new PrintStream(bytes, true, StandardCharsets.UTF_8))
                .sink()
                .orElseThrow();
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            int partition = p;
            Thread thread = new Thread(() -> {
                var encoder = new JsonFormat().encoder(Options.NONE, TYPE).orElseThrow();
                External writer = (External) sink.open(Kit.sink(Path.of("."), Options.NONE, encoder, TYPE), partition);
                assertThat(writer.durableSequence()).isEqualTo(External.UNKNOWN);
                for (int i = 1; i <= 500; i++) {
                    writer.write(i, MutableRow.of(TYPE, i), 0);
                    writer.commit(i, false);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8).split("\n"))
                .hasSize(1500)
                .allMatch(line -> line.matches("\\{\"n\":\\d+\\}"));
    }
}
