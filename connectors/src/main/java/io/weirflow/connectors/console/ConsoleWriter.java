package io.weirflow.connectors.console;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** Collects lines and prints them when they are committed, or when there are many. */
final class ConsoleWriter implements SinkWriter.External {

    private static final int MANY_BYTES = 64 * 1024;

    private final PrintStream stream;
    private final RowEncoder encoder;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

    ConsoleWriter(PrintStream stream, RowEncoder encoder, boolean withHeader) {
        this.stream = stream;
        this.encoder = encoder;
        if (withHeader) {
            lines.writeBytes(encoder.fileHeader());
        }
    }

    @Override
    public long durableSequence() {
        return UNKNOWN;
    }

    @Override
    public void write(long sequence, Row row, long eventTimeMs) {
        encoder.encode(row, lines);
        lines.write('\n');
        if (lines.size() >= MANY_BYTES) {
            print();
        }
    }

    @Override
    public long commit(long sequence, boolean checkpoint) {
        print();
        return sequence;
    }

    private void print() {
        if (lines.size() == 0) {
            return;
        }
        boolean failed;
        synchronized (stream) {
            stream.write(lines.toByteArray(), 0, lines.size());
            stream.flush();
            failed = stream.checkError();
        }
        lines.reset();
        if (failed) {
            throw ConnectorException.fatal("console sink: standard output is closed");
        }
    }

    @Override
    public void close() {
        // Lines that no commit has printed come again after a restart.
        lines.reset();
    }
}
