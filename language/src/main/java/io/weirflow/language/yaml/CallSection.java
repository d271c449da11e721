package io.weirflow.language.yaml;

import io.weirflow.api.definition.CallDefinition;
import io.weirflow.api.definition.ColumnDefinition;
import io.weirflow.api.definition.ConnectorUse;
import io.weirflow.api.definition.Text;
import io.weirflow.language.problem.ProblemCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code call} of a stage. The one key that is not a setting names the connector. */
final class CallSection {

    private static final List<String> SETTINGS =
            List.of("key", "result", "timeout", "retries", "max_in_flight", "on_error", "cache");

    private CallSection() {}

    /** Returns null when the stage has none. */
    static @Nullable CallDefinition read(Section stage) {
        Section call = stage.section("call");
        if (call == null) {
            return null;
        }
        List<Text> key = call.texts("key");
        List<ColumnDefinition> result = StreamSection.columns(call, "result");
        Section cache = call.section("cache");
        CallDefinition definition = new CallDefinition(
                service(call),
                key == null ? List.of() : key,
                result,
                call.text("timeout"),
                call.text("retries"),
                call.text("max_in_flight"),
                call.text("on_error"),
                cache == null ? null : cache.text("ttl"),
                cache == null ? null : cache.text("size"),
                call.place());
        if (cache != null) {
            if (cache.node("ttl") == null) {
                call.problems().add(ProblemCode.MISSING_KEY, cache.place(), cache.owner() + " needs 'ttl'");
            }
            cache.end();
        }
        call.end();
        return definition;
    }

    private static @Nullable ConnectorUse service(Section call) {
        List<Text> names = call.keys().stream()
                .filter(key -> !SETTINGS.contains(key.value()))
                .toList();
        if (names.size() > 1) {
            call.problems()
                    .add(
                            ProblemCode.CONFLICTING_KEYS,
                            names.get(1).place(),
                            call.owner() + " names two services, '"
                                    + names.get(0).value() + "' and '"
                                    + names.get(1).value() + "'; its settings are " + String.join(", ", SETTINGS));
        }
        names.stream().skip(1).forEach(extra -> call.node(extra.value()));
        return names.isEmpty() ? null : ConnectorSection.entry(call, names.get(0));
    }
}
