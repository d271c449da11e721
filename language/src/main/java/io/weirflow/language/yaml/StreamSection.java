package io.weirflow.language.yaml;

import io.weirflow.api.definition.ColumnDefinition;
import io.weirflow.api.definition.ConnectorUse;
import io.weirflow.api.definition.EventTimeDefinition;
import io.weirflow.api.definition.StreamDefinition;
import io.weirflow.api.definition.Text;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an entry of {@code streams}. */
final class StreamSection {

    private StreamSection() {}

    static StreamDefinition read(Text name, Node node, Problems problems) {
        Section section = Section.of(node, "stream '" + name.value() + "'", problems);
        if (section == null) {
            section = new Section(new Node.Fields(List.of(), name.place()), "stream '" + name.value() + "'", problems);
        }
        ConnectorUse source = ConnectorSection.connector(section, "source");
        List<ColumnDefinition> columns = columns(section);
        EventTimeDefinition eventTime = eventTime(section);
        Text onError = section.text("on_error");
        return new StreamDefinition(name, source, ConnectorSection.format(section), columns, eventTime, onError);
    }

    /** Reads {@code columns: {name: TYPE}}; null when absent. */
    static @Nullable List<ColumnDefinition> columns(Section owner) {
        return columns(owner, "columns");
    }

    /** The same under another key. */
    static @Nullable List<ColumnDefinition> columns(Section owner, String key) {
        Section section = owner.section(key);
        if (section == null) {
            return null;
        }
        List<ColumnDefinition> columns = new ArrayList<>();
        for (Node.Field field : section.entries()) {
            if (field.value() instanceof Node.Scalar scalar) {
                columns.add(new ColumnDefinition(field.key(), scalar.text()));
            } else {
                String what = "the type of column '" + field.key().value() + "'";
                Section.wrongShape(field.value(), what, "a text such as \"ROW<a INTEGER>\"", owner.problems());
            }
        }
        return columns;
    }

    private static @Nullable EventTimeDefinition eventTime(Section owner) {
        Node node = owner.node("event_time");
        if (node == null) {
            return null;
        }
        if (node instanceof Node.Scalar scalar) {
            return new EventTimeDefinition(scalar.text(), null, null, null, scalar.place());
        }
        Section section = Section.of(node, "'event_time' of " + owner.owner(), owner.problems());
        if (section == null) {
            return null;
        }
        Section ingestion = section.node("ingestion") == null ? null : section.section("ingestion");
        Section bounds = ingestion == null ? section : ingestion;
        Text column = ingestion == null ? section.text("column") : null;
        EventTimeDefinition eventTime = new EventTimeDefinition(
                Text.at(section.place(), ingestion == null ? "column" : "ingestion"),
                column,
                bounds.text("out_of_orderness"),
                bounds.text("idle_after"),
                section.place());
        section.end();
        if (ingestion != null) {
            ingestion.end();
        }
        return eventTime;
    }
}
