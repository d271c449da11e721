package io.weirflow.cli;

import io.weirflow.api.Edge;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a user says on the command line for variables of a pipeline's definition. */
final class VariablesOption {

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "a value for $${NAME} in the pipeline")
    private Map<String, String> set = new LinkedHashMap<>();

    /** Returns what was said. */
    Map<String, String> values() {
        return set;
    }

    /** Returns the environment's variables, and what was said in their place. */
    @Edge // The process's own environment.
    Map<String, String> overEnvironment() {
        Map<String, String> variables = new LinkedHashMap<>(System.getenv());
        variables.putAll(set);
        return variables;
    }
}
