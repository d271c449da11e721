package io.weirflow.connectors.format;

import io.weirflow.api.connector.DecodeException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression for lines whose named groups may be called like any column: Java allows letters and digits only, so
 * {@code (?<user_agent>…)} is compiled under a made-up name.
 *
 * <p>Matching cannot run away: a line costs a bounded number of steps, counted where the matcher reads characters, so the verdict
 * depends on the line alone and not on time.
 */
final class LineRegex {

    /** Longer lines do not match: Java's matcher needs stack in proportion to them. */
    static final int MAX_CHARS = 64 * 1024;

    private static final long BASE_STEPS = 2_000_000;
    private static final long STEPS_PER_CHAR = 200;
    private static final String MADE_UP = "weirflow";

    private final List<String> groups = new ArrayList<>();
    private final Pattern pattern;

    /** @throws PatternSyntaxException when it is malformed or names a group twice */
    LineRegex(String regex) {
        this.pattern = Pattern.compile(rename(regex));
    }

    /** Returns the names of the groups, in their order. */
    List<String> groups() {
        return List.copyOf(groups);
    }

    private String rename(String regex) {
        StringBuilder out = new StringBuilder();
        boolean inClass = false;
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '\\') {
                i = escape(regex, i, out);
                continue;
            }
            inClass = c == '[' || (inClass && c != ']');
            if (!inClass && opensNamedGroup(regex, i)) {
                i = nameEnd(regex, i + 3);
                out.append("(?<").append(madeUp(regex, i)).append('>');
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** Copies an escape; returns the index of its last character. */
    private int escape(String regex, int at, StringBuilder out) {
        if (regex.startsWith("\\Q", at)) {
            int end = regex.indexOf("\\E", at);
            int last = end < 0 ? regex.length() - 1 : end + 1;
            out.append(regex, at, last + 1);
            return last;
        }
        if (regex.startsWith("\\k<", at)) {
            int end = nameEnd(regex, at + 3);
            int group = groups.indexOf(regex.substring(at + 3, end));
            if (group < 0) {
                throw new PatternSyntaxException("no such group before it", regex, at);
            }
            out.append("\\k<").append(MADE_UP).append(group).append('>');
            return end;
        }
        int last = Math.min(at + 1, regex.length() - 1);
        out.append(regex, at, last + 1);
        return last;
    }

    private static boolean opensNamedGroup(String regex, int at) {
        return regex.startsWith("(?<", at)
                && at + 3 < regex.length()
                && regex.charAt(at + 3) != '='
                && regex.charAt(at + 3) != '!';
    }

    private static int nameEnd(String regex, int start) {
        int end = regex.indexOf('>', start);
        if (end < 0) {
            throw new PatternSyntaxException("the name of a group has no '>'", regex, start);
        }
        return end;
    }

    private String madeUp(String regex, int nameEnd) {
        int nameStart = regex.lastIndexOf('<', nameEnd) + 1;
        String name = regex.substring(nameStart, nameEnd);
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || groups.contains(name)) {
            throw new PatternSyntaxException("'" + name + "' is no name for a group, or names two", regex, nameStart);
        }
        groups.add(name);
        return MADE_UP + (groups.size() - 1);
    }

    /**
     * Returns what the groups hold, null for one that took no part.
     *
     * @throws DecodeException when the whole line does not match
     */
    @Nullable
    String[] match(String line) throws DecodeException {
        if (line.length() > MAX_CHARS) {
            throw new DecodeException("the line is longer than " + MAX_CHARS + " characters");
        }
        Matcher matcher = pattern.matcher(new Metered(line));
        try {
            if (!matcher.matches()) {
                throw new DecodeException("the line does not match the regex");
            }
        } catch (TooManySteps | StackOverflowError e) {
            throw new DecodeException("the regex takes too many steps on this line");
        }
        @Nullable String[] texts = new String[groups.size()];
        for (int i = 0; i < texts.length; i++) {
            int start = matcher.start(MADE_UP + i);
            texts[i] = start < 0 ? null : line.substring(start, matcher.end(MADE_UP + i));
        }
        return texts;
    }

    /** Counts how often the matcher looks at a character. */
    private static final class Metered implements CharSequence {

        private final String line;
        private long stepsLeft;

        Metered(String line) {
            this.line = line;
            this.stepsLeft = BASE_STEPS + STEPS_PER_CHAR * line.length();
        }

        @Override
        public char charAt(int index) {
            if (--stepsLeft < 0) {
                throw new TooManySteps();
            }
            return line.charAt(index);
        }

        @Override
        public int length() {
            return line.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return line.subSequence(start, end);
        }

        @Override
        public String toString() {
            return line;
        }
    }

    private static final class TooManySteps extends RuntimeException {
        TooManySteps() {
            super("too many steps", null, false, false);
        }
    }
}
