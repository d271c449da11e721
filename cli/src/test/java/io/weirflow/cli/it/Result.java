package io.weirflow.cli.it;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a command did. */
record Result(int status, String out, String err) {

    /** Runs a command in this process; standard output and error are taken away from the JVM meanwhile. */
    static Result of(String... args) {
        PrintStream formerOut = System.out;
        PrintStream formerErr = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            int status = io.weirflow.cli.Main.execute(args);
            return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(formerOut);
            System.setErr(formerErr);
        }
    }

    /** The lines of standard output that are rows: the log of tests goes there, too. */
    List<String> rows() {
        return out.lines().filter(line -> line.startsWith("{")).toList();
    }
}
