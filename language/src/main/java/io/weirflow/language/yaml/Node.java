package io.weirflow.language.yaml;

import io.weirflow.api.definition.Place;
import io.weirflow.api.definition.Text;
import java.util.List;

/** A value in a YAML file. */
sealed interface Node {

    Place place();

    /** A single value. {@code plain}: written without quotes and not as a block. */
    record Scalar(Text text, boolean plain) implements Node {
        @Override
        public Place place() {
            return text.place();
        }

        /** Returns whether nothing was written, as after {@code key:}. */
        boolean empty() {
            return plain
                    && (text.value().isEmpty()
                            || text.value().equals("~")
                            || text.value().equals("null"));
        }
    }

    /** A list. */
    record Items(List<Node> items, Place place) implements Node {}

    /** A map; keys are distinct. */
    record Fields(List<Field> fields, Place place) implements Node {}

    /** One entry of a map. */
    record Field(Text key, Node value) {}

    /** Something that could not be read and was reported. */
    record Broken(Place place) implements Node {}
}
