package io.weirflow.api.definition;

import java.util.ArrayList;
import java.util.List;

/**
 * A text that the user wrote, and the place of each of its characters. Quoted and folded YAML texts differ from their source; the
 * anchors say where they do.
 *
 * @param value the text after unquoting
 * @param place where it begins
 * @param anchors places of some offsets of {@code value}, in ascending order; between them characters follow one another in a line.
 *     Empty when the text has no place in a file
 */
public record Text(String value, Place place, List<Anchor> anchors) {

    /** The character at {@code offset} stands at this line and column. */
    public record Anchor(int offset, int line, int column) {}

    public Text {
        anchors = List.copyOf(anchors);
    }

    /** Returns a text that was written in Java. */
    public static Text of(String value) {
        return new Text(value, Place.BUILDER, List.of());
    }

    /** Returns a text whose characters follow one another from a place. */
    public static Text at(Place place, String value) {
        return new Text(value, place, List.of(new Anchor(0, place.line(), place.column())));
    }

    /** Returns the place of the character at an offset (in UTF-16 units; clamped to the text). */
    public Place at(int offset) {
        int clamped = Math.max(0, Math.min(offset, value.length()));
        Anchor nearest = null;
        for (Anchor anchor : anchors) {
            if (anchor.offset() > clamped) {
                break;
            }
            nearest = anchor;
        }
        if (nearest == null) {
            return place;
        }
        int from = Math.min(nearest.offset(), clamped);
        return new Place(place.file(), nearest.line(), nearest.column() + value.codePointCount(from, clamped));
    }

    /** Returns the place of a line and column (both from 1) inside the text. */
    public Place at(int line, int column) {
        int start = 0;
        for (int i = 1; i < line; i++) {
            int next = value.indexOf('\n', start);
            if (next < 0) {
                break;
            }
            start = next + 1;
        }
        return at(start + Math.max(0, column - 1));
    }

    /** Returns a part of the text, with its places. */
    public Text slice(int start, int end) {
        Place from = at(start);
        List<Anchor> kept = new ArrayList<>();
        if (!anchors.isEmpty()) {
            kept.add(new Anchor(0, from.line(), from.column()));
            for (Anchor anchor : anchors) {
                if (anchor.offset() > start && anchor.offset() < end) {
                    kept.add(new Anchor(anchor.offset() - start, anchor.line(), anchor.column()));
                }
            }
        }
        return new Text(value.substring(start, end), from, kept);
    }

    @Override
    public String toString() {
        return value;
    }
}
