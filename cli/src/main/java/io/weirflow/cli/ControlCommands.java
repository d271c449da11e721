package io.weirflow.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that ask a coordinator. */
final class ControlCommands {

    static final String EXIT_HEADING = "%nExit status:%n";
    static final String EXIT_DONE = "0:done";
    static final String EXIT_FAILED = "1:the coordinator did not answer";
    static final String EXIT_REFUSED = "2:refused: bad arguments or a bad pipeline, or no coordinator is there";

    private ControlCommands() {}

    /** {@code weirflow plan}. */
    @Command(
            name = "plan",
            mixinStandardHelpOptions = true,
            description = "Shows what applying a pipeline would change, stage by stage; changes nothing.",
            exitCodeListHeading = EXIT_HEADING,
            exitCodeList = {EXIT_DONE, EXIT_FAILED, EXIT_REFUSED})
    static final class Plan implements Callable<Integer> {

        @Mixin
        private ControlOptions options = new ControlOptions();

        @Parameters(paramLabel = "FILE", description = "the pipeline, in YAML")
        private Path file = Path.of("");

        @Option(names = "--set", paramLabel = "NAME=VALUE", description = "a value for $${NAME} in the pipeline")
        private Map<String, String> set = new LinkedHashMap<>();

        @Override
        public Integer call() {
            return options.control().plan(file, set);
        }
    }

    /** {@code weirflow apply}. */
    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description = "Runs a pipeline on the workers, or goes on with it where it was left.",
            exitCodeListHeading = EXIT_HEADING,
            exitCodeList = {EXIT_DONE, EXIT_FAILED, EXIT_REFUSED})
    static final class Apply implements Callable<Integer> {

        @Mixin
        private ControlOptions options = new ControlOptions();

        @Parameters(paramLabel = "FILE", description = "the pipeline, in YAML")
        private Path file = Path.of("");

        @Option(names = "--set", paramLabel = "NAME=VALUE", description = "a value for $${NAME} in the pipeline")
        private Map<String, String> set = new LinkedHashMap<>();

        @Override
        public Integer call() {
            return options.control().apply(file, set);
        }
    }

    /** {@code weirflow list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the pipelines.",
            exitCodeListHeading = EXIT_HEADING,
            exitCodeList = {EXIT_DONE, EXIT_FAILED, EXIT_REFUSED})
    static final class ListAll implements Callable<Integer> {

        @Mixin
        private ControlOptions options = new ControlOptions();

        @Override
        public Integer call() {
            return options.control().list();
        }
    }

    /** {@code weirflow describe}. */
    @Command(
            name = "describe",
            mixinStandardHelpOptions = true,
            description = "Shows a pipeline with its stages and slots.",
            exitCodeListHeading = EXIT_HEADING,
            exitCodeList = {EXIT_DONE, EXIT_FAILED, EXIT_REFUSED})
    static final class Describe implements Callable<Integer> {

        @Mixin
        private ControlOptions options = new ControlOptions();

        @Parameters(paramLabel = "NAME", description = "the pipeline")
        private String name = "";

        @Override
        public Integer call() {
            return options.control().describe(name);
        }
    }

    /** {@code weirflow scale}. */
    @Command(
            name = "scale",
            mixinStandardHelpOptions = true,
            description = "Spreads the slots of a stage over so many workers.",
            exitCodeListHeading = EXIT_HEADING,
            exitCodeList = {EXIT_DONE, EXIT_FAILED, EXIT_REFUSED})
    static final class Scale implements Callable<Integer> {

        @Mixin
        private ControlOptions options = new ControlOptions();

        @Parameters(index = "0", paramLabel = "STAGE", description = "its name or uid")
        private String stage = "";

        @Parameters(index = "1", paramLabel = "N", description = "1 to the stage's slots; 0 for as many as there are")
        private int workers;

        @Option(names = "--pipeline", paramLabel = "P", description = "needed when several pipelines have such a stage")
        private @Nullable String pipeline;

        @Override
        public Integer call() {
            return options.control().scale(Optional.ofNullable(pipeline), stage, workers);
        }
    }

    /** {@code weirflow park}. */
    @Command(
            name = "park",
            mixinStandardHelpOptions = true,
            description =
                    "Passes over a row at which a slot fails whenever it comes there; 'describe' shows such rows.",
            exitCodeListHeading = EXIT_HEADING,
            exitCodeList = {EXIT_DONE, EXIT_FAILED, EXIT_REFUSED})
    static final class Park implements Callable<Integer> {

        @Mixin
        private ControlOptions options = new ControlOptions();

        @Parameters(index = "0", paramLabel = "NAME", description = "the pipeline")
        private String pipeline = "";

        @Parameters(index = "1", paramLabel = "STAGE", description = "its name or uid")
        private String stage = "";

        @Parameters(index = "2", paramLabel = "SLOT", description = "its number in the stage")
        private int slot;

        @Parameters(
                index = "3",
                paramLabel = "ROW",
                description = "POSITION, or POSITION:ROW, in the slot's log, as the failure names it")
        private String row = "";

        @Override
        public Integer call() {
            return options.control().park(pipeline, stage, slot, row);
        }
    }

    /** {@code weirflow effects}. */
    @Command(
            name = "effects",
            mixinStandardHelpOptions = true,
            description =
                    "Lists the rows of webhooks of which nobody knows whether they have arrived, the newest last; also of"
                            + " a pipeline that was deleted.",
            exitCodeListHeading = EXIT_HEADING,
            exitCodeList = {EXIT_DONE, EXIT_FAILED, EXIT_REFUSED})
    static final class Effects implements Callable<Integer> {

        @Mixin
        private ControlOptions options = new ControlOptions();

        @Parameters(paramLabel = "NAME", description = "the pipeline")
        private String name = "";

        @Option(
                names = "--limit",
                paramLabel = "N",
                description = "how many at most, 1 to 1000 (default: ${DEFAULT-VALUE})",
                defaultValue = "100")
        private int limit;

        @Override
        public Integer call() {
            return options.control().effects(name, limit);
        }
    }

    /** {@code weirflow stop}. */
    @Command(
            name = "stop",
            mixinStandardHelpOptions = true,
            description = "Stops a pipeline after a last checkpoint; applying it again goes on from there.",
            exitCodeListHeading = EXIT_HEADING,
            exitCodeList = {EXIT_DONE, EXIT_FAILED, EXIT_REFUSED})
    static final class Stop implements Callable<Integer> {

        @Mixin
        private ControlOptions options = new ControlOptions();

        @Parameters(paramLabel = "NAME", description = "the pipeline")
        private String name = "";

        @Override
        public Integer call() {
            return options.control().stop(name);
        }
    }

    /** {@code weirflow delete}. */
    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Deletes a pipeline that does not run, with its state; what its sinks have written stays.",
            exitCodeListHeading = EXIT_HEADING,
            exitCodeList = {EXIT_DONE, EXIT_FAILED, EXIT_REFUSED})
    static final class Delete implements Callable<Integer> {

        @Mixin
        private ControlOptions options = new ControlOptions();

        @Parameters(paramLabel = "NAME", description = "the pipeline")
        private String name = "";

        @Override
        public Integer call() {
            return options.control().delete(name);
        }
    }
}
