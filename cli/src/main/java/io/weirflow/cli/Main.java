package io.weirflow.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code weirflow} command. */
@Command(name = "weirflow", mixinStandardHelpOptions = true, version = "weirflow 0.1.0-SNAPSHOT")
public final class Main implements Runnable {

    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.err);
    }
}
