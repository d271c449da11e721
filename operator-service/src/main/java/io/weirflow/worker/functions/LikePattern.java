package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;
import java.util.Arrays;

/**
 * A pattern of LIKE: {@code %} stands for any text, {@code _} for one code point. Matching takes at most the product of the
 * lengths; the forms without {@code _} and with {@code %} at the ends only take the paths of {@link String}. Immutable.
 */
public final class LikePattern {

    private enum Form {
        EQUALS,
        PREFIX,
        SUFFIX,
        INFIX,
        GENERAL
    }

    private static final int ANY_TEXT = -1;
    private static final int ANY_ONE = -2;

    /** Code points, {@link #ANY_TEXT} or {@link #ANY_ONE}. */
    private final int[] tokens;

    private final Form form;
    private final String literal;

    private LikePattern(int[] tokens) {
        this.tokens = tokens;
        boolean open = tokens.length > 0 && tokens[0] == ANY_TEXT;
        boolean openEnd = tokens.length > 1 && tokens[tokens.length - 1] == ANY_TEXT;
        int from = open ? 1 : 0;
        int to = openEnd ? tokens.length - 1 : tokens.length;
        boolean plain = Arrays.stream(tokens, from, to).noneMatch(token -> token < 0);
        literal = plain ? new String(tokens, from, to - from) : "";
        form = !plain ? Form.GENERAL : open ? openEnd ? Form.INFIX : Form.SUFFIX : openEnd ? Form.PREFIX : Form.EQUALS;
    }

    /** Returns a pattern without an escape character. */
    public static LikePattern of(String pattern) throws RowException {
        return parse(pattern, -1);
    }

    /**
     * Returns a pattern.
     *
     * @param escape one code point; after it, {@code %}, {@code _} and itself stand for themselves
     * @throws RowException when the escape is not one code point or stands before something else
     */
    public static LikePattern of(String pattern, String escape) throws RowException {
        if (escape.codePointCount(0, escape.length()) != 1) {
            throw new RowException("the escape of LIKE must be one character, not '" + escape + "'");
        }
        return parse(pattern, escape.codePointAt(0));
    }

    private static LikePattern parse(String pattern, int escape) throws RowException {
        int[] source = pattern.codePoints().toArray();
        int[] tokens = new int[source.length];
        int size = 0;
        for (int i = 0; i < source.length; i++) {
            int c = source[i];
            if (c == escape) {
                i++;
                if (i == source.length || (source[i] != '%' && source[i] != '_' && source[i] != escape)) {
                    throw new RowException("invalid escape in the LIKE pattern '" + pattern + "'");
                }
                tokens[size++] = source[i];
            } else {
                tokens[size++] = c == '%' ? ANY_TEXT : c == '_' ? ANY_ONE : c;
            }
        }
        return new LikePattern(Arrays.copyOf(tokens, size));
    }

    public boolean matches(String value) {
        return switch (form) {
            case EQUALS -> value.equals(literal);
            case PREFIX -> value.startsWith(literal);
            case SUFFIX -> value.endsWith(literal);
            case INFIX -> value.contains(literal);
            case GENERAL -> matchesTokens(value);
        };
    }

    /** Greedy with one place to go back to: only the last ANY_TEXT can be worth extending. */
    private boolean matchesTokens(String value) {
        int token = 0;
        int at = 0;
        int retryToken = -1;
        int retryAt = 0;
        while (at < value.length()) {
            int c = value.codePointAt(at);
            if (token < tokens.length && tokens[token] == ANY_TEXT) {
                retryToken = ++token;
                retryAt = at;
            } else if (token < tokens.length && (tokens[token] == c || tokens[token] == ANY_ONE)) {
                token++;
                at += Character.charCount(c);
            } else if (retryToken >= 0) {
                retryAt += Character.charCount(value.codePointAt(retryAt));
                at = retryAt;
                token = retryToken;
            } else {
                return false;
            }
        }
        while (token < tokens.length && tokens[token] == ANY_TEXT) {
            token++;
        }
        return token == tokens.length;
    }
}
