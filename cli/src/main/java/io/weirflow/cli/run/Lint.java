package io.weirflow.cli.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weirflow.cli.ExitStatus;
import io.weirflow.language.Compilation;
import io.weirflow.language.PipelineCompiler;
import io.weirflow.language.plan.Explain;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.port.Environment;
import io.weirflow.language.problem.Problem;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Compiles pipelines and prints their problems. */
public final class Lint {

    private final Environment environment;
    private final ConnectorCatalog catalog;
    private final PrintStream out;

    /** How to print. */
    public enum Form {
        /** A line for each problem. */
        text,
        /** One JSON array of problems. */
        json
    }

    public Lint(Map<String, String> variables, List<Path> plugins, PrintStream out) {
        this.environment = Environment.of(variables);
        this.catalog = ConnectorCatalog.load(Plugins.loader(plugins));
        this.out = out;
    }

    /**
     * Prints all problems of all files.
     *
     * @return the exit status
     */
    public int run(List<Path> files, Form form) {
        ArrayNode all = new ObjectMapper().createArrayNode();
        boolean ok = true;
        for (Path file : files) {
            Compilation compilation = compile(file);
            ok &= compilation.ok();
            for (Problem problem : compilation.problems()) {
                if (form == Form.json) {
                    describe(all.addObject(), problem);
                } else {
                    out.println(problem.render());
                }
            }
        }
        if (form == Form.json) {
            out.println(all.toPrettyString());
        }
        return status(ok);
    }

    /**
     * Prints the services that pipelines become, or their problems.
     *
     * @return the exit status
     */
    public int explain(List<Path> files) {
        boolean ok = true;
        for (Path file : files) {
            Compilation compilation = compile(file);
            ok &= compilation.ok();
            compilation.problems().forEach(problem -> out.println(problem.render()));
            compilation.pipeline().ifPresent(pipeline -> out.print(Explain.render(pipeline)));
        }
        return status(ok);
    }

    private Compilation compile(Path file) {
        return new PipelineCompiler().compile(file, environment, catalog);
    }

    private static int status(boolean ok) {
        return ok ? ExitStatus.DONE : ExitStatus.REFUSED;
    }

    private static void describe(ObjectNode node, Problem problem) {
        node.put("file", problem.place().file());
        node.put("line", problem.place().line());
        node.put("column", problem.place().column());
        node.put("code", problem.code());
        node.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
        node.put("message", problem.message());
        node.put("suggestion", problem.suggestion());
    }
}
