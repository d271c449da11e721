package io.weirflow.cli;

import io.weirflow.api.Edge;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code weirflow} command. */
@Command(
        name = "weirflow",
        mixinStandardHelpOptions = true,
        version = "weirflow 0.1.0-SNAPSHOT",
        description = {
            "Stream processing on a message log.",
            "",
            "First try: weirflow run examples/web-alerts/pipeline.yaml"
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "weirflow COMMAND --help shows the options of a command."},
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:failed while running",
            "2:refused: bad arguments or a bad pipeline; nothing was started",
            "130:interrupted; everything processed is committed"
        },
        subcommands = {
            RunCommand.class,
            LintCommand.class,
            ExplainCommand.class,
            BrokerCommand.class,
            CoordinatorCommand.class,
            WorkerCommand.class,
            ControlCommands.Plan.class,
            ControlCommands.Apply.class,
            ControlCommands.ListAll.class,
            ControlCommands.Describe.class,
            ControlCommands.Scale.class,
            ControlCommands.Park.class,
            ControlCommands.Effects.class,
            ControlCommands.Stop.class,
            ControlCommands.Delete.class,
            SavepointCommand.class
        })
public final class Main implements Callable<Integer> {

    private Main() {}

    /** Runs the command and ends the process with its exit status. */
    @Edge
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs the command and returns its exit status. */
    public static int execute(String... args) {
        CommandLine command = new CommandLine(new Main());
        command.setExecutionExceptionHandler(Main::explain);
        return command.execute(args);
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

    /** A command is missing. */
    @Override
    @Edge
    public Integer call() {
        CommandLine.usage(this, System.err);
        return ExitStatus.REFUSED;
    }
}
