package io.weirflow.cli;

import io.weirflow.api.Edge;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code weirflow} command. */
@Command(
        name = "weirflow",
        mixinStandardHelpOptions = true,
        version = "weirflow 0.1.0-SNAPSHOT",
        description = "Stream processing on a message log.",
        subcommands = {RunCommand.class, LintCommand.class})
public final class Main implements Runnable {

    private Main() {}

    /** Runs the command and ends the process with its exit status. */
    @Edge
    public static void main(String[] args) {
        CommandLine command = new CommandLine(new Main());
        command.setExecutionExceptionHandler(Main::explain);
        System.exit(command.execute(args));
    }

    /** What the user can do something about is a sentence; anything else is a fault of ours and shows where it happened. */
    private static int explain(Exception problem, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        if (problem instanceof RefusedException) {
            command.getErr().println(problem.getMessage());
            return ExitStatus.REFUSED;
        }
        throw problem;
    }

    @Override
    @Edge
    public void run() {
        CommandLine.usage(this, System.err);
    }
}
