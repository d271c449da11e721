package io.weirflow.language.yaml;

import io.weirflow.api.definition.ConnectorUse;
import io.weirflow.api.definition.PipelineDefinition;
import io.weirflow.api.definition.SinkDefinition;
import io.weirflow.api.definition.StageDefinition;
import io.weirflow.api.definition.StreamDefinition;
import io.weirflow.api.definition.Text;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a YAML file into a definition. Reports what has the wrong shape; what values mean is for lint to judge. */
public final class DefinitionReader {

    private DefinitionReader() {}

    /**
     * Reads a definition.
     *
     * @param file the name to report
     * @return empty when the file has no map of keys at all, which is reported
     */
    public static Optional<PipelineDefinition> read(String text, String file, Problems problems) {
        return YamlTree.read(text, file, problems).flatMap(root -> pipeline(root, problems));
    }

    private static Optional<PipelineDefinition> pipeline(Node root, Problems problems) {
        Section section = Section.of(root, "the pipeline", problems);
        if (section == null) {
            return Optional.empty();
        }
        Text name = section.text("pipeline");
        Text standby = section.text("standby");
        Text onPoison = section.text("on_poison");
        List<StreamDefinition> streams =
                entries(section, "streams", field -> StreamSection.read(field.key(), field.value(), problems));
        List<StageDefinition> stages =
                entries(section, "stages", field -> StageSection.read(field.key(), field.value(), problems));
        List<SinkDefinition> sinks = entries(section, "sinks", field -> sink(field.key(), field.value(), problems));
        for (Text key : section.keysAmong(List.of("tests"))) {
            problems.add(
                    ProblemCode.NOT_BUILT,
                    key.place(),
                    "'" + key.value() + "' is specified but not built yet in this version");
        }
        section.end();
        return Optional.of(new PipelineDefinition(
                name == null ? Text.at(section.place(), "") : name, streams, stages, sinks, standby, onPoison));
    }

    private static <T> List<T> entries(Section owner, String key, Function<Node.Field, T> read) {
        List<T> entries = new ArrayList<>();
        Node node = owner.node(key);
        @Nullable Section section = node == null ? null : Section.of(node, "'" + key + "'", owner.problems());
        if (section != null) {
            section.entries().forEach(field -> entries.add(read.apply(field)));
        }
        return entries;
    }

    private static SinkDefinition sink(Text name, Node node, Problems problems) {
        String owner = "sink '" + name.value() + "'";
        Section section = Section.of(node, owner, problems);
        if (section == null) {
            section = new Section(new Node.Fields(List.of(), name.place()), owner, problems);
        }
        List<Text> from = section.texts("from");
        ConnectorUse to = ConnectorSection.connector(section, "to");
        Text guarantee = section.text("guarantee");
        return new SinkDefinition(
                name, from == null ? List.of() : from, to, ConnectorSection.format(section), guarantee);
    }
}
