package io.weirflow.language.sql;

import java.util.HashMap;
import java.util.Map;

/**
 * Replaces names in a text by others of the same length that no parser reserves, so that places stay what they were. The
 * replacements are runs of one ideograph that the text does not contain.
 */
final class Names {
    private static final char FIRST = '\u4e00';
    private static final char LAST = '\u9ff0';

    private final String text;
    private final StringBuilder replaced;
    private final Map<String, String> realByReplacement = new HashMap<>();
    private final Map<String, String> replacementByReal = new HashMap<>();
    private char next = FIRST;

    Names(String text) {
        this.text = text;
        this.replaced = new StringBuilder(text);
    }

    /** Makes the token stand for a name, whatever it is to the parser. */
    void replace(Token token) {
        String replacement = replacementByReal.computeIfAbsent(token.text(), written -> {
            while (text.indexOf(next) >= 0 && next < LAST) {
                next++;
            }
            String run = String.valueOf(next++).repeat(written.length());
            realByReplacement.put(run, unquoted(token));
            return run;
        });
        replaced.replace(token.start(), token.start() + replacement.length(), replacement);
    }

    /** Returns the text to parse. */
    String text() {
        return replaced.toString();
    }

    /** Returns the name as the user wrote it, without quotes. */
    String real(String parsed) {
        return realByReplacement.getOrDefault(parsed, parsed);
    }

    private static String unquoted(Token token) {
        String written = token.text();
        return token.kind() == Token.Kind.BACKTICKED_NAME
                ? written.substring(1, written.length() - 1).replace("``", "`")
                : written;
    }
}
