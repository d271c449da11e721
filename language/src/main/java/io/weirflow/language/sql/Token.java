package io.weirflow.language.sql;

/**
 * A token of an expression's text.
 *
 * @param text as written, quotes included
 * @param start index of its first character in the text
 * @param line from 1
 * @param column from 1
 */
record Token(Kind kind, String text, int start, int line, int column) {

    enum Kind {
        WORD,
        QUOTED_NAME,
        BACKTICKED_NAME,
        STRING,
        NUMBER,
        SYMBOL
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean isWord(String upperCase) {
        return kind == Kind.WORD && text.equalsIgnoreCase(upperCase);
    }
}
