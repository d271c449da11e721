package io.weirflow.language.yaml;

import io.weirflow.api.definition.Place;
import io.weirflow.api.definition.Text;
import io.weirflow.api.definition.Value;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import io.weirflow.language.problem.Suggestions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One map of the file, from which keys are taken by name. What was not asked for in the end is unknown, so no key can be ignored.
 */
final class Section {

    private final Node.Fields fields;
    private final String owner;
    private final Problems problems;
    private final Set<String> asked = new TreeSet<>();
    private final Set<String> taken = new HashSet<>();

    /** @param owner what the map describes, for messages: {@code stage 'x'} */
    Section(Node.Fields fields, String owner, Problems problems) {
        this.fields = fields;
        this.owner = owner;
        this.problems = problems;
    }

    /** Reads a node as a map; null when it is none, which is reported. */
    static @Nullable Section of(Node node, String owner, Problems problems) {
        if (node instanceof Node.Fields fields) {
            return new Section(fields, owner, problems);
        }
        wrongShape(node, owner, "a map", problems);
        return null;
    }

    Place place() {
        return fields.place();
    }

    String owner() {
        return owner;
    }

    Problems problems() {
        return problems;
    }

    /** Returns the value of a key, or null when it is absent or has none (which is reported). */
    @Nullable
    Node node(String key) {
        Node.Field field = field(key);
        if (field == null) {
            return null;
        }
        if (field.value() instanceof Node.Scalar scalar && scalar.empty()) {
            problems.add(ProblemCode.WRONG_SHAPE, field.key().place(), "'" + key + "' of " + owner + " has no value");
            return null;
        }
        return field.value();
    }

    private Node.@Nullable Field field(String key) {
        asked.add(key);
        for (Node.Field field : fields.fields()) {
            if (field.key().value().equals(key)) {
                taken.add(key);
                return field;
            }
        }
        return null;
    }

    /** Returns a single value as text, or null. */
    @Nullable
    Text text(String key) {
        Node node = node(key);
        return node == null ? null : text(node, "'" + key + "' of " + owner);
    }

    private @Nullable Text text(Node node, String what) {
        if (node instanceof Node.Scalar scalar) {
            return scalar.text();
        }
        wrongShape(node, what, "a text", problems);
        return null;
    }

    /** Returns a list of texts; one text is a list of one. Null when the key is absent. */
    @Nullable
    List<Text> texts(String key) {
        Node node = node(key);
        if (node == null) {
            return null;
        }
        String what = "'" + key + "' of " + owner;
        List<Text> texts = new ArrayList<>();
        for (Node item : node instanceof Node.Items items ? items.items() : List.of(node)) {
            Text text = text(item, what);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** Returns a nested map, or null. */
    @Nullable
    Section section(String key) {
        Node node = node(key);
        return node == null ? null : of(node, "'" + key + "' of " + owner, problems);
    }

    /** Returns every entry: a map of names that the user chose. */
    List<Node.Field> entries() {
        fields.fields().forEach(field -> taken.add(field.key().value()));
        return fields.fields();
    }

    /** Returns the keys that are given, in their order. */
    List<Text> keys() {
        return fields.fields().stream().map(Node.Field::key).toList();
    }

    /** Returns the entry of a key that is given. */
    Node.Field entry(String key) {
        Node.Field field = field(key);
        if (field == null) {
            throw new IllegalArgumentException("no key '" + key + "' in " + owner);
        }
        return field;
    }

    /** Returns what was not asked for, as options. */
    List<Value.Field> rest() {
        List<Value.Field> rest = new ArrayList<>();
        for (Node.Field field : fields.fields()) {
            if (taken.add(field.key().value())) {
                rest.add(new Value.Field(field.key(), ValueReader.read(field.value(), problems)));
            }
        }
        return rest;
    }

    /** Returns which of these keys are given. */
    List<Text> keysAmong(List<String> names) {
        List<Text> given = new ArrayList<>();
        for (String name : names) {
            Node.Field field = field(name);
            if (field != null) {
                given.add(field.key());
            }
        }
        return given;
    }

    /** Reports what was not asked for. */
    void end() {
        for (Node.Field field : fields.fields()) {
            String key = field.key().value();
            if (taken.add(key)) {
                problems.add(
                        ProblemCode.UNKNOWN_KEY,
                        field.key().place(),
                        "unknown key '" + key + "' in " + owner,
                        Suggestions.nearest(key, asked));
            }
        }
    }

    static void wrongShape(Node node, String what, String wanted, Problems problems) {
        if (!(node instanceof Node.Broken)) {
            problems.add(
                    ProblemCode.WRONG_SHAPE, node.place(), what + " must be " + wanted + ", not " + Shapes.name(node));
        }
    }
}
