package io.weirflow.language.yaml;

import io.weirflow.api.definition.ConnectorUse;
import io.weirflow.api.definition.FormatUse;
import io.weirflow.api.definition.Place;
import io.weirflow.api.definition.Text;
import io.weirflow.api.definition.Value;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code source}, {@code to} and {@code format}. */
final class ConnectorSection {

    private ConnectorSection() {}

    /** Reads {@code {connector: {options}}}, or the connector's name alone. */
    static @Nullable ConnectorUse connector(Section owner, String key) {
        Node node = owner.node(key);
        if (node == null) {
            return null;
        }
        String what = "'" + key + "' of " + owner.owner();
        return named(node, what, owner.problems());
    }

    /** Reads {@code connector: {options}} where the connector is one of several keys. */
    static ConnectorUse entry(Section owner, Text connector) {
        Node.Field field = owner.entry(connector.value());
        return new ConnectorUse(connector, options(field, owner.problems()), connector.place());
    }

    /** Reads {@code format: json}, {@code format: {csv: {options}}}, and options beside it: call it last. */
    static FormatUse format(Section owner) {
        Node node = owner.node("format");
        Text name = null;
        List<Value.Field> options = new ArrayList<>();
        Place place = owner.place();
        if (node != null) {
            ConnectorUse use = named(node, "'format' of " + owner.owner(), owner.problems());
            if (use != null) {
                name = use.connector();
                options.addAll(use.options().fields());
                place = use.place();
            }
        }
        options.addAll(owner.rest());
        return new FormatUse(name, new Value.Fields(options, place));
    }

    private static @Nullable ConnectorUse named(Node node, String what, Problems problems) {
        if (node instanceof Node.Scalar scalar) {
            return new ConnectorUse(scalar.text(), new Value.Fields(List.of(), scalar.place()), scalar.place());
        }
        if (!(node instanceof Node.Fields fields)) {
            Section.wrongShape(node, what, "a name with options, such as {name: {…}}", problems);
            return null;
        }
        if (fields.fields().size() != 1) {
            problems.add(
                    ProblemCode.WRONG_SHAPE,
                    node.place(),
                    what + " must have one name, such as {name: {…}}, not "
                            + fields.fields().size());
            return null;
        }
        Node.Field field = fields.fields().get(0);
        return new ConnectorUse(
                field.key(), options(field, problems), field.key().place());
    }

    private static Value.Fields options(Node.Field field, Problems problems) {
        if (field.value() instanceof Node.Fields fields) {
            return ValueReader.fields(fields, problems);
        }
        boolean nothing = field.value() instanceof Node.Scalar scalar && scalar.empty();
        if (!nothing) {
            String name = field.key().value();
            Section.wrongShape(field.value(), "the options of '" + name + "'", "a map", problems);
        }
        return new Value.Fields(List.of(), field.key().place());
    }
}
