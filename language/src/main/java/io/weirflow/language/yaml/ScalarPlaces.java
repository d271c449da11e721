package io.weirflow.language.yaml;

import io.weirflow.api.definition.Text.Anchor;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/**
 * Finds the place of each character of a scalar by reading its source beside its value. YAML drops quotes, decodes escapes, folds
 * lines and cuts off indentation; an anchor is set after each of these. Where source and value part in an unforeseen way the
 * anchors end, and what follows has the place of the last.
 */
final class ScalarPlaces {

    private final int[] source;
    private final int end;
    private final String value;
    private final List<Anchor> anchors = new ArrayList<>();
    private int at;
    private int line;
    private int column;
    private int offset;
    private boolean anchorDue = true;

    private ScalarPlaces(int[] source, int start, int end, int line, int column, String value) {
        this.source = source;
        this.at = start;
        this.end = Math.min(end, source.length);
        this.line = line;
        this.column = column;
        this.value = value;
    }

    /**
     * Returns the anchors of a scalar.
     *
     * @param source code points of the whole file
     * @param start index of the scalar's first code point, quote or block indicator included
     * @param line of {@code start}, from 1
     * @param column of {@code start}, from 1
     */
    static List<Anchor> of(int[] source, int start, int end, int line, int column, String value, ScalarStyle style) {
        ScalarPlaces places = new ScalarPlaces(source, start, end, line, column, value);
        switch (style) {
            case DOUBLE_QUOTED -> places.quoted(true);
            case SINGLE_QUOTED -> places.quoted(false);
            case LITERAL, FOLDED -> places.block();
            default -> places.flow(false, false);
        }
        return places.anchors;
    }

    private void quoted(boolean doubleQuoted) {
        skip();
        flow(doubleQuoted, !doubleQuoted);
    }

    private void flow(boolean escapes, boolean doubledQuotes) {
        while (offset < value.length() && at < end) {
            int c = source[at];
            if (escapes && c == '\\') {
                escape();
            } else if (doubledQuotes && c == '\'' && value.codePointAt(offset) == '\'') {
                take(2);
            } else if (foldsHere()) {
                fold();
            } else if (c == value.codePointAt(offset)) {
                take(1);
            } else {
                return;
            }
        }
    }

    /** Block scalars: indicators up to the line's end, then lines with a common indentation. */
    private void block() {
        while (at < end && source[at] != '\n') {
            skip();
        }
        if (at < end) {
            skip();
        }
        int indentation = Math.max(0, sourceIndentation() - valueIndentation());
        while (offset < value.length() && at < end) {
            for (int i = 0; i < indentation && at < end && source[at] == ' '; i++) {
                skip();
            }
            takeRestOfLine();
            if (offset < value.length() && Character.isWhitespace(value.charAt(offset))) {
                offset++;
                anchorDue = true;
            }
            while (at < end && source[at] != '\n') {
                skip();
            }
            if (at < end) {
                skip();
            }
        }
    }

    /** Returns the number of spaces before the first line that is not blank. */
    private int sourceIndentation() {
        int spaces = 0;
        for (int i = at; i < end; i++) {
            if (source[i] == '\n' || source[i] == '\r') {
                spaces = 0;
            } else if (source[i] == ' ') {
                spaces++;
            } else {
                return spaces;
            }
        }
        return spaces;
    }

    private int valueIndentation() {
        int spaces = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\n') {
                spaces = 0;
            } else if (c == ' ') {
                spaces++;
            } else {
                return spaces;
            }
        }
        return spaces;
    }

    private void takeRestOfLine() {
        while (at < end && offset < value.length() && source[at] != '\n' && source[at] == value.codePointAt(offset)) {
            take(1);
        }
    }

    private void escape() {
        int next = at + 1 < end ? source[at + 1] : -1;
        switch (next) {
            case 'x' -> take(4);
            case 'u' -> take(6);
            case 'U' -> take(10);
            case '\n', '\r' -> {
                skip();
                skipBlanks();
            }
            default -> take(2);
        }
        anchorDue = true;
    }

    private boolean foldsHere() {
        int ahead = at;
        while (ahead < end && (source[ahead] == ' ' || source[ahead] == '\t')) {
            ahead++;
        }
        return ahead < end && (source[ahead] == '\n' || source[ahead] == '\r');
    }

    /** One line break becomes a space, more become one break less. */
    private void fold() {
        int breaks = skipBlanks();
        int kept = breaks > 1 ? breaks - 1 : 1;
        for (int i = 0; i < kept && offset < value.length(); i++) {
            if (!Character.isWhitespace(value.charAt(offset))) {
                break;
            }
            offset++;
        }
        anchorDue = true;
    }

    private int skipBlanks() {
        int breaks = 0;
        while (at < end && Character.isWhitespace(source[at])) {
            if (source[at] == '\n') {
                breaks++;
            }
            skip();
        }
        return breaks;
    }

    /** The value's next character is written with this many code points. */
    private void take(int sourceLength) {
        if (anchorDue) {
            anchors.add(new Anchor(offset, line, column));
        }
        anchorDue = sourceLength != 1;
        offset += Character.charCount(value.codePointAt(offset));
        for (int i = 0; i < sourceLength && at < end; i++) {
            skip();
        }
    }

    private void skip() {
        if (source[at] == '\n') {
            line++;
            column = 1;
        } else {
            column++;
        }
        at++;
    }
}
