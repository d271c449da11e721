package io.weirflow.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that ask a coordinator. */
final class ControlCommands {

    private ControlCommands() {}

    /** {@code weirflow plan}. */
    @Command(
            name = "plan",
            description = "Shows what applying a pipeline would change, stage by stage; changes nothing.")
    static final class Plan extends ControlCommand {

        @Mixin
        private PipelineFile pipeline = new PipelineFile();

        @Override
        public Integer call() {
            return control().plan(pipeline.path(), pipeline.variables());
        }
    }

    /** {@code weirflow apply}. */
    @Command(name = "apply", description = "Runs a pipeline on the workers, or goes on with it where it was left.")
    static final class Apply extends ControlCommand {

        @Mixin
        private PipelineFile pipeline = new PipelineFile();

        @Override
        public Integer call() {
            return control().apply(pipeline.path(), pipeline.variables());
        }
    }

    /** {@code weirflow list}. */
    @Command(name = "list", description = "Lists the pipelines.")
    static final class ListAll extends ControlCommand {

        @Override
        public Integer call() {
            return control().list();
        }
    }

    /** {@code weirflow describe}. */
    @Command(name = "describe", description = "Shows a pipeline with its stages and slots.")
    static final class Describe extends ControlCommand {

        @Parameters(paramLabel = "NAME", description = "the pipeline")
        private String name = "";

        @Override
        public Integer call() {
            return control().describe(name);
        }
    }

    /** {@code weirflow scale}. */
    @Command(name = "scale", description = "Spreads the slots of a stage over so many workers.")
    static final class Scale extends ControlCommand {

        @Parameters(index = "0", paramLabel = "STAGE", description = "its name or uid")
        private String stage = "";

        @Parameters(index = "1", paramLabel = "N", description = "1 to the stage's slots; 0 for as many as there are")
        private int workers;

        @Option(names = "--pipeline", paramLabel = "P", description = "needed when several pipelines have such a stage")
        private @Nullable String pipeline;

        @Override
        public Integer call() {
            return control().scale(Optional.ofNullable(pipeline), stage, workers);
        }
    }

    /** {@code weirflow park}. */
    @Command(
            name = "park",
            description =
                    "Passes over a row at which a slot fails whenever it comes there; 'describe' shows such rows.")
    static final class Park extends ControlCommand {

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
            return control().park(pipeline, stage, slot, row);
        }
    }

    /** {@code weirflow effects}. */
    @Command(
            name = "effects",
            description =
                    "Lists the rows of webhooks of which nobody knows whether they have arrived, the newest last; also of"
                            + " a pipeline that was deleted.")
    static final class Effects extends ControlCommand {

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
            return control().effects(name, limit);
        }
    }

    /** {@code weirflow stop}. */
    @Command(
            name = "stop",
            description =
                    "Stops a pipeline after a last checkpoint, and waits until it has stopped; applying it again goes on"
                            + " from there.")
    static final class Stop extends ControlCommand {

        @Parameters(paramLabel = "NAME", description = "the pipeline")
        private String name = "";

        @Option(
                names = "--now",
                description =
                        "do not wait for slots: one whose worker has died, or that cannot take a checkpoint, is left as it"
                                + " is. What was sent since its last checkpoint is done again when the pipeline goes on, and"
                                + " comes again when it is restored from a savepoint")
        private boolean now;

        @Option(names = "--no-wait", description = "return when the decision is made")
        private boolean noWait;

        @Override
        public Integer call() {
            return noWait ? control().stop(name, now) : control().stopAndWait(name, now);
        }
    }

    /** {@code weirflow delete}. */
    @Command(
            name = "delete",
            description = "Deletes a pipeline that does not run, with its state; what its sinks have written stays.")
    static final class Delete extends ControlCommand {

        @Parameters(paramLabel = "NAME", description = "the pipeline")
        private String name = "";

        @Override
        public Integer call() {
            return control().delete(name);
        }
    }
}
