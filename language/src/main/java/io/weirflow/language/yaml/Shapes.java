package io.weirflow.language.yaml;

/** Names of shapes for messages. */
final class Shapes {

    private Shapes() {}

    static String name(Node node) {
        if (node instanceof Node.Items) {
            return "a list";
        }
        if (node instanceof Node.Fields) {
            return "a map";
        }
        return node instanceof Node.Scalar scalar && scalar.empty() ? "nothing" : "a text";
    }
}
