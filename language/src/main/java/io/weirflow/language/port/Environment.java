package io.weirflow.language.port;

import java.util.Map;
import java.util.Optional;

/** The variables that <code>${NAME}</code> in a pipeline refers to. */
@FunctionalInterface
public interface Environment {

    /** Returns a variable's value, if it is set. */
    Optional<String> get(String name);

    /** Returns these variables. */
    static Environment of(Map<String, String> variables) {
        Map<String, String> copy = Map.copyOf(variables);
        return name -> Optional.ofNullable(copy.get(name));
    }

    /** Returns these variables and others, which win: those of {@code --set}. */
    default Environment with(Map<String, String> overrides) {
        Environment first = of(overrides);
        return name -> first.get(name).or(() -> get(name));
    }
}
