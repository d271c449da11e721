package io.weirflow.language.yaml;

import io.weirflow.api.definition.Place;
import io.weirflow.api.definition.Text;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML 1.2 into a tree with places. Only the parser's events are used: nothing is constructed from tags, and anchors and
 * aliases are refused, so that the tree is no larger than the file.
 */
final class YamlTree {

    /** Largest file, in UTF-16 units. */
    static final int MAX_LENGTH = 1 << 20;
    /** Deepest nesting of maps and lists. */
    static final int MAX_DEPTH = 32;

    private final String file;
    private final Problems problems;
    private final int[] source;
    private final Iterator<Event> events;
    private Event event;

    private YamlTree(String text, String file, Problems problems) {
        this.file = file;
        this.problems = problems;
        this.source = text.codePoints().toArray();
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setUseMarks(true)
                .setCodePointLimit(MAX_LENGTH)
                .build();
        this.events = new Parse(settings).parseString(text).iterator();
        this.event = events.next();
    }

    /** Returns the root of the file's only document; empty when it was reported why there is none. */
    static Optional<Node> read(String text, String file, Problems problems) {
        if (text.length() > MAX_LENGTH) {
            problems.add(ProblemCode.TOO_LARGE, Place.ofFile(file), "the file is larger than 1 MiB");
            return Optional.empty();
        }
        String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
        try {
            return new YamlTree(withoutMark, file, problems).document();
        } catch (MarkedYamlEngineException e) {
            Place place = e.getProblemMark().map(mark -> place(file, mark)).orElse(Place.ofFile(file));
            problems.add(ProblemCode.YAML_SYNTAX, place, "the file is not YAML: " + oneLine(e.getProblem()));
        } catch (YamlEngineException e) {
            problems.add(
                    ProblemCode.YAML_SYNTAX,
                    Place.ofFile(file),
                    "the file is not YAML: " + oneLine(String.valueOf(e.getMessage())));
        } catch (TooDeep e) {
            problems.add(ProblemCode.TOO_LARGE, e.place, "maps and lists are nested deeper than " + MAX_DEPTH);
        }
        return Optional.empty();
    }

    private Optional<Node> document() {
        skipTo(Event.ID.DocumentStart);
        if (event.getEventId() == Event.ID.StreamEnd) {
            problems.add(ProblemCode.YAML_SYNTAX, new Place(file, 1, 1), "the file is empty");
            return Optional.empty();
        }
        next();
        Node root = node(0);
        next();
        skipTo(Event.ID.DocumentStart);
        if (event.getEventId() == Event.ID.DocumentStart) {
            problems.add(ProblemCode.YAML_SYNTAX, place(event), "a file holds one document; remove the '---' here");
        }
        return Optional.of(root);
    }

    private void skipTo(Event.ID wanted) {
        while (event.getEventId() != wanted && event.getEventId() != Event.ID.StreamEnd) {
            next();
        }
    }

    /** Reads the node that begins with the current event; leaves its last event current. */
    private Node node(int depth) {
        if (depth > MAX_DEPTH) {
            throw new TooDeep(place(event));
        }
        if (event instanceof AliasEvent) {
            problems.add(ProblemCode.REFUSED_YAML, place(event), "aliases (*name) are refused; write the value again");
            return new Node.Broken(place(event));
        }
        refuseAnchorsAndTags();
        return switch (event.getEventId()) {
            case MappingStart -> fields(depth);
            case SequenceStart -> items(depth);
            default -> scalar((ScalarEvent) event);
        };
    }

    private void refuseAnchorsAndTags() {
        if (((NodeEvent) event).getAnchor().isPresent()) {
            problems.add(ProblemCode.REFUSED_YAML, place(event), "anchors (&name) are refused");
        }
        Optional<String> tag =
                event instanceof ScalarEvent scalar ? scalar.getTag() : ((CollectionStartEvent) event).getTag();
        if (tag.isPresent()) {
            problems.add(ProblemCode.REFUSED_YAML, place(event), "tags are refused: " + oneLine(tag.get()));
        }
    }

    private Node.Scalar scalar(ScalarEvent scalar) {
        Place place = place(scalar);
        Text text = new Text(scalar.getValue(), place, List.of());
        if (scalar.getStartMark().isPresent() && scalar.getEndMark().isPresent()) {
            Mark start = scalar.getStartMark().get();
            int end = scalar.getEndMark().get().getIndex();
            text = new Text(
                    scalar.getValue(),
                    place,
                    ScalarPlaces.of(
                            source,
                            start.getIndex(),
                            end,
                            place.line(),
                            place.column(),
                            scalar.getValue(),
                            scalar.getScalarStyle()));
        }
        return new Node.Scalar(text, scalar.isPlain());
    }

    private Node.Items items(int depth) {
        Place place = place(event);
        List<Node> items = new ArrayList<>();
        next();
        while (event.getEventId() != Event.ID.SequenceEnd) {
            items.add(node(depth + 1));
            next();
        }
        return new Node.Items(items, place);
    }

    private Node.Fields fields(int depth) {
        Place place = place(event);
        List<Node.Field> fields = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        next();
        while (event.getEventId() != Event.ID.MappingEnd) {
            Node key = node(depth + 1);
            next();
            Node value = node(depth + 1);
            next();
            if (!(key instanceof Node.Scalar scalar)) {
                problems.add(ProblemCode.WRONG_SHAPE, key.place(), "a key is a text, not " + Shapes.name(key));
            } else if (!seen.add(scalar.text().value())) {
                String name = scalar.text().value();
                problems.add(ProblemCode.DUPLICATE_KEY, key.place(), "'" + name + "' is given twice");
            } else {
                fields.add(new Node.Field(scalar.text(), value));
            }
        }
        return new Node.Fields(fields, place);
    }

    private void next() {
        event = events.next();
    }

    private Place place(Event of) {
        return of.getStartMark().map(mark -> place(file, mark)).orElse(Place.ofFile(file));
    }

    private static Place place(String file, Mark mark) {
        return new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s+", " ").trim();
    }

    /** Leaves the recursion; never leaves this class. */
    private static final class TooDeep extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Place place;

        TooDeep(Place place) {
            super(null, null, false, false);
            this.place = place;
        }
    }
}
