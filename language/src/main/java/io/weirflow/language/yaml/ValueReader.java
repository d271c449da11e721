package io.weirflow.language.yaml;

import io.weirflow.api.definition.Text;
import io.weirflow.api.definition.Value;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.List;

/** Reads nodes whose shape is not the language's business: options. */
final class ValueReader {

    private ValueReader() {}

    static Value read(Node node, Problems problems) {
        if (node instanceof Node.Items items) {
            List<Value> values =
                    items.items().stream().map(item -> read(item, problems)).toList();
            return new Value.Items(values, items.place());
        }
        if (node instanceof Node.Fields fields) {
            return fields(fields, problems);
        }
        if (node instanceof Node.Scalar scalar) {
            if (scalar.empty()) {
                problems.add(
                        ProblemCode.WRONG_SHAPE, scalar.place(), "a value is missing here; write \"\" for no text");
            }
            return new Value.Scalar(scalar.text(), !scalar.plain());
        }
        return new Value.Scalar(Text.at(node.place(), ""), true);
    }

    static Value.Fields fields(Node.Fields fields, Problems problems) {
        List<Value.Field> read = new ArrayList<>();
        for (Node.Field field : fields.fields()) {
            read.add(new Value.Field(field.key(), read(field.value(), problems)));
        }
        return new Value.Fields(read, fields.place());
    }
}
