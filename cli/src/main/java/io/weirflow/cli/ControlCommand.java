package io.weirflow.cli;

import io.weirflow.cli.control.Control;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A command that asks a coordinator. What stands here holds for all of them, unless they say otherwise. */
@Command(
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {ControlCommand.EXIT_DONE, "1:the coordinator did not answer", ControlCommand.EXIT_REFUSED})
abstract class ControlCommand implements Callable<Integer> {

    static final String EXIT_DONE = "0:done";
    static final String EXIT_REFUSED = "2:refused: bad arguments or a bad pipeline, or no coordinator is there";

    @Mixin
    private ControlOptions options = new ControlOptions();

    /** Returns what asks and prints. */
    final Control control() {
        return options.control();
    }
}
