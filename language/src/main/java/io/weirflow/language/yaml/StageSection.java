package io.weirflow.language.yaml;

import io.weirflow.api.definition.AlertDefinition;
import io.weirflow.api.definition.Grouping;
import io.weirflow.api.definition.OperatorDefinition;
import io.weirflow.api.definition.Place;
import io.weirflow.api.definition.SelectItem;
import io.weirflow.api.definition.StageDefinition;
import io.weirflow.api.definition.StageSettings;
import io.weirflow.api.definition.Text;
import io.weirflow.api.definition.Value;
import io.weirflow.api.definition.WindowDefinition;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an entry of {@code stages}. */
final class StageSection {

    private static final List<String> WINDOW_KINDS = List.of("tumbling", "hopping", "session", "cumulating", "count");
    /** Kinds of stages that the language has and this version has not, and keys of theirs. */
    private static final List<String> UNBUILT = List.of("join", "top", "distinct", "pattern", "rules", "sql", "emit");

    private final Section section;
    private final Problems problems;
    private @Nullable List<Text> operatorKeyBy;

    private StageSection(Section section) {
        this.section = section;
        this.problems = section.problems();
    }

    static StageDefinition read(Text name, Node node, Problems problems) {
        String owner = "stage '" + name.value() + "'";
        Section section = Section.of(node, owner, problems);
        if (section == null) {
            section = new Section(new Node.Fields(List.of(), name.place()), owner, problems);
        }
        return new StageSection(section).stage(name);
    }

    private StageDefinition stage(Text name) {
        List<Text> from = section.texts("from");
        StageDefinition stage = new StageDefinition(
                name,
                from == null ? List.of() : from,
                section.text("where"),
                select(),
                new Grouping(
                        section.texts("group_by"), window(), section.text("having"), section.text("allowed_lateness")),
                alert(),
                operator(),
                CallSection.read(section),
                settings(),
                unbuilt());
        section.end();
        return stage;
    }

    private List<Text> unbuilt() {
        boolean emitsFinal = section.node("emit") instanceof Node.Scalar scalar
                && scalar.text().value().equals("final");
        List<Text> keys = new ArrayList<>(section.keysAmong(UNBUILT));
        keys.removeIf(key -> emitsFinal && key.value().equals("emit"));
        return keys;
    }

    private StageSettings settings() {
        List<Text> keyBy = section.texts("key_by");
        if (keyBy != null && operatorKeyBy != null && !operatorKeyBy.isEmpty()) {
            problems.add(
                    ProblemCode.CONFLICTING_KEYS,
                    operatorKeyBy.get(0).place(),
                    "'key_by' is given in " + section.owner() + " and in its operator; keep one");
        }
        return new StageSettings(
                keyBy == null ? operatorKeyBy : keyBy,
                section.text("parallelism"),
                section.text("uid"),
                section.text("fuse"),
                section.text("standby"));
    }

    private @Nullable List<SelectItem> select() {
        Node node = section.node("select");
        if (node == null) {
            return null;
        }
        List<SelectItem> items = new ArrayList<>();
        if (node instanceof Node.Fields fields) {
            fields.fields().forEach(field -> selectField(field, items));
        } else if (node instanceof Node.Items list) {
            list.items().forEach(item -> selectItem(item, items));
        } else {
            Section.wrongShape(node, "'select' of " + section.owner(), "a map of column: expression", problems);
        }
        return items;
    }

    private void selectItem(Node item, List<SelectItem> items) {
        if (item instanceof Node.Scalar scalar && !scalar.empty()) {
            items.add(new SelectItem(scalar.text(), null));
        } else if (item instanceof Node.Fields fields) {
            fields.fields().forEach(field -> selectField(field, items));
        } else {
            Section.wrongShape(item, "an item of 'select' of " + section.owner(), "a column", problems);
        }
    }

    private void selectField(Node.Field field, List<SelectItem> items) {
        if (field.value() instanceof Node.Scalar scalar) {
            items.add(new SelectItem(field.key(), scalar.empty() ? null : scalar.text()));
        } else {
            String what = "'" + field.key().value() + "' in select of " + section.owner();
            Section.wrongShape(field.value(), what, "an expression", problems);
        }
    }

    private @Nullable WindowDefinition window() {
        Section window = section.section("window");
        if (window == null) {
            return null;
        }
        Text kind = null;
        Text size = null;
        for (String name : WINDOW_KINDS) {
            Node node = window.node(name);
            Text text = node == null ? null : window.text(name);
            if (text == null) {
                continue;
            }
            if (kind != null) {
                problems.add(
                        ProblemCode.CONFLICTING_KEYS,
                        text.place(),
                        "a window is '" + kind.value() + "' or '" + name + "', not both");
            } else {
                kind = Text.at(window.place(), name);
                size = text;
            }
        }
        Text every = window.text("every");
        Text offset = window.text("offset");
        Text timezone = window.text("timezone");
        window.end();
        if (kind == null || size == null) {
            missing(window.place(), "one of " + String.join(", ", WINDOW_KINDS), window.owner());
            return null;
        }
        return new WindowDefinition(kind, size, every, offset, timezone, window.place());
    }

    private @Nullable AlertDefinition alert() {
        Section alert = section.section("alert");
        if (alert == null) {
            return null;
        }
        List<Text> key = alert.texts("key");
        AlertDefinition definition = new AlertDefinition(
                key == null ? List.of() : key,
                alert.text("when"),
                alert.text("for"),
                alert.text("resolve_after"),
                alert.text("severity"),
                alert.text("summary"),
                alert.place());
        alert.end();
        return definition;
    }

    private @Nullable OperatorDefinition operator() {
        Section operator = section.section("operator");
        if (operator == null) {
            return null;
        }
        Node config = operator.node("config");
        Value.Fields fields = Value.Fields.NONE;
        if (config instanceof Node.Fields map) {
            fields = ValueReader.fields(map, problems);
        } else if (config != null) {
            Section.wrongShape(config, "'config' of " + operator.owner(), "a map", problems);
        }
        operatorKeyBy = operator.texts("key_by");
        OperatorDefinition definition = new OperatorDefinition(
                operator.text("class"),
                operator.text("jar"),
                fields,
                StreamSection.columns(operator),
                operator.place());
        operator.end();
        return definition;
    }

    private void missing(Place place, String what, String owner) {
        problems.add(ProblemCode.MISSING_KEY, place, owner + " needs " + what);
    }
}
