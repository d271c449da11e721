package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Functions of regular expressions, which are those of {@link Pattern}.
 *
 * <p>That engine goes back and forth, for some expressions in exponentially many steps, so a row would hold up its slot for ever. The
 * number of characters that it may look at is therefore bounded; a row that needs more is an error. So is one that recurses too
 * deeply; that bound alone depends on the size of the thread's stack.
 */
public final class RegexFunctions {

    private static final long STEPS = 1_000_000;
    private static final long STEPS_PER_CHARACTER = 1_000;

    private RegexFunctions() {}

    /**
     * Compiles a regular expression.
     *
     * @throws RowException when it is malformed
     */
    public static Pattern pattern(String regex) throws RowException {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new RowException("malformed regular expression '" + regex + "': " + e.getDescription());
        } catch (StackOverflowError e) {
            throw new RowException("the regular expression is nested too deeply");
        }
    }

    public static boolean regexpLike(String value, String regex) throws RowException {
        return regexpLike(value, pattern(regex));
    }

    public static boolean regexpLike(String value, Pattern pattern) throws RowException {
        return find(matcher(value, pattern), pattern);
    }

    public static @Nullable String regexpExtract(String value, String regex, int group) throws RowException {
        return regexpExtract(value, pattern(regex), group);
    }

    public static @Nullable String regexpExtract(String value, Pattern pattern, int group) throws RowException {
        Matcher matcher = matcher(value, pattern);
        if (group < 0 || group > matcher.groupCount()) {
            throw new RowException("the regular expression '" + pattern + "' has no group " + group);
        }
        return find(matcher, pattern) ? matcher.group(group) : null;
    }

    public static String regexpReplace(String value, String regex, String replacement) throws RowException {
        return regexpReplace(value, pattern(regex), replacement);
    }

    /** In the replacement, {@code $1} is a group and a backslash takes the meaning of what follows. */
    public static String regexpReplace(String value, Pattern pattern, String replacement) throws RowException {
        Matcher matcher = matcher(value, pattern);
        StringBuilder out = new StringBuilder();
        while (find(matcher, pattern)) {
            try {
                matcher.appendReplacement(out, replacement);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new RowException("malformed replacement '" + replacement + "': " + e.getMessage());
            }
            if (out.length() > StringFunctions.MAX_RESULT_LENGTH && out.length() > value.length()) {
                throw StringFunctions.tooLong("REGEXP_REPLACE");
            }
        }
        return matcher.appendTail(out).toString();
    }

    private static Matcher matcher(String value, Pattern pattern) {
        return pattern.matcher(new BoundedText(value, STEPS + STEPS_PER_CHARACTER * value.length()));
    }

    private static boolean find(Matcher matcher, Pattern pattern) throws RowException {
        try {
            return matcher.find();
        } catch (TooManyStepsException | StackOverflowError e) {
            throw new RowException("the regular expression '" + pattern + "' takes too many steps on this value");
        }
    }

    /** A text that can be looked at only so often. */
    private static final class BoundedText implements CharSequence {
        private final String text;
        private long steps;

        BoundedText(String text, long steps) {
            this.text = text;
            this.steps = steps;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (--steps < 0) {
                throw new TooManyStepsException();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooManyStepsException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyStepsException() {
            super(null, null, false, false);
        }
    }
}
