package io.weirflow.language.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a text into tokens, ahead of Calcite: to bound its size and depth, to name what is not closed, and to find the words
 * that stand for columns.
 */
final class Tokens {
    private static final int MAX_CHARS = 64 * 1024;
    private static final int MAX_TOKENS = 10_000;
    private static final int MAX_DEPTH = 100;

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineStart;

    private Tokens(String text) {
        this.text = text;
    }

    /**
     * Returns the tokens without white space and comments.
     *
     * @throws Mistake when a quote or comment is not closed, or the text is too large
     */
    static List<Token> of(String text) {
        if (text.length() > MAX_CHARS) {
            throw Mistake.at(
                    1, 1, ProblemCode.NOT_SUPPORTED, "the expression is longer than " + MAX_CHARS + " characters", "");
        }
        Tokens scanner = new Tokens(text);
        scanner.scan();
        scanner.checkBounds();
        return scanner.tokens;
    }

    private void scan() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                skip(1);
            } else if (text.startsWith("--", at) || text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                skip((end < 0 ? text.length() : end) - at);
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw unclosed("a comment");
                }
                skip(end + 2 - at);
            } else {
                token(c);
            }
        }
    }

    private void token(char c) {
        if (c == '\'') {
            add(Token.Kind.STRING, quotedLength(c, "a text"));
        } else if (c == '"') {
            add(Token.Kind.QUOTED_NAME, quotedLength(c, "a quoted name"));
        } else if (c == '`') {
            add(Token.Kind.BACKTICKED_NAME, quotedLength(c, "a quoted name"));
        } else if (Character.isJavaIdentifierStart(c)) {
            add(Token.Kind.WORD, wordLength());
        } else if (isDigit(c)) {
            add(Token.Kind.NUMBER, wordLength());
        } else {
            add(Token.Kind.SYMBOL, 1);
        }
    }

    private int wordLength() {
        int end = at + 1;
        while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
            end++;
        }
        return end - at;
    }

    private int quotedLength(char quote, String what) {
        int end = at + 1;
        while (end < text.length()) {
            if (text.charAt(end) != quote) {
                end++;
            } else if (end + 1 < text.length() && text.charAt(end + 1) == quote) {
                end += 2;
            } else {
                return end + 1 - at;
            }
        }
        throw unclosed(what);
    }

    private Mistake unclosed(String what) {
        return Mistake.at(line, at - lineStart + 1, ProblemCode.SYNTAX, what + " that begins here is not closed", "");
    }

    private void add(Token.Kind kind, int length) {
        tokens.add(new Token(kind, text.substring(at, at + length), at, line, at - lineStart + 1));
        skip(length);
    }

    private void skip(int length) {
        for (int i = 0; i < length; i++, at++) {
            char c = text.charAt(at);
            if (c == '\n' || (c == '\r' && (at + 1 == text.length() || text.charAt(at + 1) != '\n'))) {
                line++;
                lineStart = at + 1;
            }
        }
    }

    private void checkBounds() {
        if (tokens.size() > MAX_TOKENS) {
            throw Mistake.at(
                    1, 1, ProblemCode.NOT_SUPPORTED, "the expression has more than " + MAX_TOKENS + " tokens", "");
        }
        int depth = 0;
        for (Token token : tokens) {
            if (token.is("(") || token.is("[") || token.is("{") || token.isWord("CASE")) {
                depth++;
            } else if (token.is(")") || token.is("]") || token.is("}") || token.isWord("END")) {
                depth--;
            }
            if (depth > MAX_DEPTH) {
                throw Mistake.at(
                        token.line(),
                        token.column(),
                        ProblemCode.NOT_SUPPORTED,
                        "the expression is nested more than " + MAX_DEPTH + " deep",
                        "");
            }
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
