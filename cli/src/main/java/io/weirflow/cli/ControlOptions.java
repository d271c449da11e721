package io.weirflow.cli;

import io.weirflow.api.Edge;
import io.weirflow.cli.control.Control;
import picocli.CommandLine.Option;

/** The options of all commands that ask a coordinator. */
final class ControlOptions {

    @Option(
            names = "--coordinator",
            paramLabel = "HOST:PORT[,…]",
            defaultValue = "${env:WEIRFLOW_COORDINATOR:-127.0.0.1:7070}",
            description = "any of the coordinators (default: $WEIRFLOW_COORDINATOR, else 127.0.0.1:7070)")
    private String coordinators = "127.0.0.1:7070";

    @Option(names = "-o", paramLabel = "text|json", defaultValue = "text", description = "how to print")
    private Control.Form form = Control.Form.text;

    @Edge // The process's own output.
    Control control() {
        return new Control(coordinators, form, System.out, System.err);
    }
}
