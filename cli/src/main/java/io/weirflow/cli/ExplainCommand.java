package io.weirflow.cli;

import io.weirflow.api.Edge;
import io.weirflow.cli.run.Lint;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weirflow explain}. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Shows the services that pipelines become, with their slots and steps; runs nothing.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:no mistakes", "2:mistakes, which are shown"})
final class ExplainCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "pipelines, in YAML")
    private List<Path> files = List.of();

    @Option(names = "--plugins", paramLabel = "JAR|DIR", description = "where connectors of your own are")
    private List<Path> plugins = List.of();

    @Mixin
    private VariablesOption set = new VariablesOption();

    @Override
    @Edge // The process's own output.
    public Integer call() {
        return new Lint(set.overEnvironment(), plugins, System.out).explain(files);
    }
}
