package io.weirflow.cli;

import io.weirflow.api.Edge;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weirflow savepoint}. */
@Command(
        name = "savepoint",
        mixinStandardHelpOptions = true,
        description =
                "Takes, lists and restores savepoints: named copies of where a pipeline is, which can be carried to other"
                        + " clusters.",
        subcommands = {SavepointCommand.Create.class, SavepointCommand.ListAll.class, SavepointCommand.Restore.class})
final class SavepointCommand implements Callable<Integer> {

    /** A command is missing. */
    @Override
    @Edge
    public Integer call() {
        CommandLine.usage(this, System.err);
        return ExitStatus.REFUSED;
    }

    /** {@code weirflow savepoint create}. */
    @Command(
            name = "create",
            description = "Takes a savepoint of a pipeline, which goes on meanwhile, and waits until it is taken.",
            exitCodeList = {
                ControlCommand.EXIT_DONE,
                "1:it was not taken, or the coordinator did not answer",
                ControlCommand.EXIT_REFUSED
            })
    static final class Create extends ControlCommand {

        @Parameters(index = "0", paramLabel = "PIPELINE", description = "its name")
        private String pipeline = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "NAME",
                description = "of the savepoint (default: the time)")
        private @Nullable String name;

        @Override
        public Integer call() {
            return control().savepoints().create(pipeline, Optional.ofNullable(name));
        }
    }

    /** {@code weirflow savepoint list}. */
    @Command(name = "list", description = "Lists savepoints.")
    static final class ListAll extends ControlCommand {

        @Parameters(arity = "0..1", paramLabel = "PIPELINE", description = "only those of this one")
        private @Nullable String pipeline;

        @Override
        public Integer call() {
            return control().savepoints().list(Optional.ofNullable(pipeline));
        }
    }

    /** {@code weirflow savepoint restore}. */
    @Command(
            name = "restore",
            description =
                    "Runs a pipeline from a savepoint. One of that name must be stopped before; what its sinks have"
                            + " written after the savepoint comes again.")
    static final class Restore extends ControlCommand {

        @Parameters(index = "0", paramLabel = "PIPELINE", description = "its name")
        private String pipeline = "";

        @Parameters(index = "1", paramLabel = "NAME", description = "of the savepoint")
        private String name = "";

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "the pipeline, in YAML: refused unless the savepoint is of exactly that; relative paths"
                        + " start from its folder")
        private @Nullable Path file;

        @Mixin
        private VariablesOption set = new VariablesOption();

        @Override
        public Integer call() {
            return control().savepoints().restore(pipeline, name, Optional.ofNullable(file), set.values());
        }
    }
}
