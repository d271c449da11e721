package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path into JSON: {@code $}, then any number of {@code .name}, {@code ['name']} and {@code [index]}. Immutable. */
public final class JsonPath {

    /**
     * One step.
     *
     * @param name of an object's member, or null for an element
     * @param index of an array's element, from 0
     */
    record Step(@Nullable String name, int index) {}

    private final List<Step> steps;

    private JsonPath(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    List<Step> steps() {
        return steps;
    }

    /**
     * Parses a path.
     *
     * @throws RowException when it is malformed
     */
    public static JsonPath of(String path) throws RowException {
        if (!path.startsWith("$")) {
            throw malformed(path);
        }
        List<Step> steps = new ArrayList<>();
        int at = 1;
        while (at < path.length()) {
            if (path.charAt(at) == '.') {
                int end = nameEnd(path, at + 1);
                if (end == at + 1) {
                    throw malformed(path);
                }
                steps.add(new Step(path.substring(at + 1, end), 0));
                at = end;
            } else {
                at = bracket(path, at, steps);
            }
        }
        return new JsonPath(steps);
    }

    private static int nameEnd(String path, int from) {
        int end = from;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
            end++;
        }
        return end;
    }

    private static int bracket(String path, int at, List<Step> steps) throws RowException {
        boolean quoted = path.startsWith("['", at);
        int close = path.indexOf(quoted ? "']" : "]", at);
        if (path.charAt(at) != '[' || close < 0) {
            throw malformed(path);
        }
        if (quoted) {
            steps.add(new Step(path.substring(at + 2, close), 0));
            return close + 2;
        }
        try {
            int index = Integer.parseInt(path.substring(at + 1, close).strip());
            if (index < 0) {
                throw malformed(path);
            }
            steps.add(new Step(null, index));
        } catch (NumberFormatException e) {
            throw malformed(path);
        }
        return close + 1;
    }

    private static RowException malformed(String path) {
        return new RowException("malformed JSON path '" + path + "'");
    }
}
