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

/** {@code weirflow lint}. */
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        description = "Shows every mistake of pipelines with its place; runs nothing.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:no mistakes", "2:mistakes"})
final class LintCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "pipelines, in YAML")
    private List<Path> files = List.of();

    @Option(names = "--plugins", paramLabel = "JAR|DIR", description = "where connectors of your own are")
    private List<Path> plugins = List.of();

    @Mixin
    private VariablesOption set = new VariablesOption();

    @Option(names = "-o", paramLabel = "text|json", defaultValue = "text", description = "how to print")
    private Lint.Form form = Lint.Form.text;

    @Override
    @Edge // The process's own output.
    public Integer call() {
        return new Lint(set.overEnvironment(), plugins, System.out).run(files, form);
    }
}
