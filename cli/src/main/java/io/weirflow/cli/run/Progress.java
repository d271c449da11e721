package io.weirflow.cli.run;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Shows how a run goes, on stderr: one line that updates in place on a terminal, else a plain line now and then. Safe for use by several
 * threads.
 */
final class Progress {

    private static final long TERMINAL_INTERVAL_MS = 200;
    private static final long PLAIN_INTERVAL_MS = 5_000;
    private static final String CLEAR = "\r\u001b[K";
    /** Cut off at the terminal's edge: a line that wraps could not be cleared. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    private final PrintStream err;
    private final boolean terminal;
    private String line = "";
    private long shownMs = Long.MIN_VALUE;
    private long rowsShown;

    /** @param terminal whether stderr is one */
    Progress(PrintStream err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** Prints a message on a line of its own. */
    synchronized void say(String message) {
        err.print((terminal && !line.isEmpty() ? CLEAR : "")
                + message
                + System.lineSeparator()
                + (terminal ? shown() : ""));
        err.flush();
    }

    /** Shows the state of the run, if it is time to. */
    synchronized void update(Totals totals, long nowMs) {
        long interval = terminal ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS;
        if (shownMs == Long.MIN_VALUE) {
            shownMs = nowMs;
            return;
        }
        long passed = nowMs - shownMs;
        if (passed < interval) {
            return;
        }
        long rate = (totals.rowsRead() - rowsShown) * 1_000 / passed;
        rowsShown = totals.rowsRead();
        shownMs = nowMs;
        line = render(totals, rate);
        if (terminal) {
            err.print(CLEAR + shown());
        } else {
            err.println(line);
        }
        err.flush();
    }

    private static String render(Totals totals, long rate) {
        String problems = totals.badRecords() + totals.errorRows() + totals.lateRows() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        " | errors %,d, late %,d",
                        totals.badRecords() + totals.errorRows(),
                        totals.lateRows());
        return String.format(
                Locale.ROOT,
                "%,d rows read (%,d/s) | watermark %s | lag %,d | checkpoints %,d | alerts %,d%s",
                totals.rowsRead(),
                rate,
                watermark(totals.watermarkMs()),
                totals.lag(),
                totals.checkpoints(),
                totals.alerts(),
                problems);
    }

    private static String watermark(long watermarkMs) {
        if (watermarkMs == Long.MIN_VALUE) {
            return "-";
        }
        return watermarkMs == Long.MAX_VALUE
                ? "end"
                : Instant.ofEpochMilli(watermarkMs)
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString();
    }

    private String shown() {
        return line.isEmpty() ? "" : NO_WRAP + line + WRAP;
    }

    /** Removes the line that updates in place. */
    synchronized void end() {
        if (terminal && !line.isEmpty()) {
            err.print(CLEAR);
            err.flush();
        }
        line = "";
    }

    /**
     * Returns a stream for the results: on a terminal the updating line makes way for each and comes back after it.
     */
    PrintStream around(PrintStream out) {
        return terminal ? new PrintStream(new MakingWay(out), false, StandardCharsets.UTF_8) : out;
    }

    private final class MakingWay extends OutputStream {
        private final PrintStream out;

        MakingWay(PrintStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            synchronized (Progress.this) {
                if (!line.isEmpty()) {
                    err.print(CLEAR);
                    err.flush();
                }
                out.write(bytes, offset, length);
                out.flush();
                if (length > 0 && bytes[offset + length - 1] == '\n') {
                    err.print(shown());
                    err.flush();
                }
            }
        }

        @Override
        public void flush() {
            out.flush();
        }
    }
}
