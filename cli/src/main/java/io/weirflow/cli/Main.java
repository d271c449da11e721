package io.weirflow.cli;

import io.weirflow.api.Edge;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code weirflow} command. */
@Command(name = "weirflow", mixinStandardHelpOptions = true, version = "weirflow 0.1.0-SNAPSHOT")
public final class Main implements Runnable {

    private Main() {}

    /** Runs the command and ends the process with its exit status. */
    @Edge
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    @Edge
    public void run() {
        CommandLine.usage(this, System.err);
    }
}
