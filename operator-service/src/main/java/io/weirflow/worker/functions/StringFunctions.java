package io.weirflow.worker.functions;

import io.weirflow.api.operator.RowException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Functions of VARCHAR. Positions and lengths count Unicode code points, positions from 1. */
public final class StringFunctions {

    /** The longest text that a function may blow its arguments up to, in UTF-16 units. */
    static final int MAX_RESULT_LENGTH = 1 << 20;

    private StringFunctions() {}

    public static String upper(String value) {
        return value.toUpperCase(Locale.ROOT);
    }

    public static String lower(String value) {
        return value.toLowerCase(Locale.ROOT);
    }

    /** A word is a run of letters and digits. */
    public static String initcap(String value) {
        StringBuilder out = new StringBuilder(value.length());
        boolean inWord = false;
        for (int i = 0; i < value.length(); ) {
            int c = value.codePointAt(i);
            i += Character.charCount(c);
            out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toUpperCase(c));
            inWord = Character.isLetterOrDigit(c);
        }
        return out.toString();
    }

    public static String trim(String value, String characters) {
        return ltrim(rtrim(value, characters), characters);
    }

    public static String ltrim(String value, String characters) {
        int from = 0;
        while (from < value.length()) {
            int c = value.codePointAt(from);
            if (characters.indexOf(c) < 0) {
                break;
            }
            from += Character.charCount(c);
        }
        return value.substring(from);
    }

    public static String rtrim(String value, String characters) {
        int to = value.length();
        while (to > 0) {
            int c = value.codePointBefore(to);
            if (characters.indexOf(c) < 0) {
                break;
            }
            to -= Character.charCount(c);
        }
        return value.substring(0, to);
    }

    public static String substring(String value, int from) {
        return codePoints(value, from - 1L, charLength(value));
    }

    public static String substring(String value, int from, int length) throws RowException {
        if (length < 0) {
            throw new RowException("SUBSTRING with the negative length " + length);
        }
        return codePoints(value, from - 1L, from - 1L + length);
    }

    /** Returns the first code points; none when there are to be fewer than 1. */
    public static String left(String value, int count) {
        return codePoints(value, 0, count);
    }

    public static String right(String value, int count) {
        int length = charLength(value);
        return codePoints(value, (long) length - Math.max(0, count), length);
    }

    private static String codePoints(String value, long from, long to) {
        int length = charLength(value);
        int start = (int) Math.max(0, Math.min(from, length));
        int end = (int) Math.max(start, Math.min(to, length));
        if (length == value.length()) {
            return value.substring(start, end);
        }
        int startIndex = value.offsetByCodePoints(0, start);
        return value.substring(startIndex, value.offsetByCodePoints(startIndex, end - start));
    }

    public static int charLength(String value) {
        return value.codePointCount(0, value.length());
    }

    public static int position(String needle, String haystack) {
        int index = haystack.indexOf(needle);
        return index < 0 ? 0 : haystack.codePointCount(0, index) + 1;
    }

    public static String concat(String a, String b) {
        return a.concat(b);
    }

    /** An empty search text is found nowhere. */
    public static String replace(String value, String search, String replacement) throws RowException {
        if (search.isEmpty()) {
            return value;
        }
        if ((long) value.length() * replacement.length() > MAX_RESULT_LENGTH) {
            checkReplaced(value, search, replacement);
        }
        return value.replace(search, replacement);
    }

    private static void checkReplaced(String value, String search, String replacement) throws RowException {
        long length = value.length();
        for (int i = value.indexOf(search); i >= 0; i = value.indexOf(search, i + search.length())) {
            length += replacement.length() - search.length();
        }
        if (length > MAX_RESULT_LENGTH && length > value.length()) {
            throw tooLong("REPLACE");
        }
    }

    /** A value that is longer is cut at its end; an empty fill adds nothing. */
    public static String lpad(String value, int length, String fill) throws RowException {
        int missing = length - charLength(value);
        return missing <= 0
                ? left(value, length)
                : filling("LPAD", missing, fill).concat(value);
    }

    public static String rpad(String value, int length, String fill) throws RowException {
        int missing = length - charLength(value);
        return missing <= 0 ? left(value, length) : value.concat(filling("RPAD", missing, fill));
    }

    private static String filling(String function, int count, String fill) throws RowException {
        if (fill.isEmpty()) {
            return "";
        }
        if (count > MAX_RESULT_LENGTH) {
            throw tooLong(function);
        }
        return left(fill.repeat(count / charLength(fill) + 1), count);
    }

    public static String reverse(String value) {
        return new StringBuilder(value).reverse().toString();
    }

    /** Fewer than 1 time gives an empty text. */
    public static String repeat(String value, int count) throws RowException {
        if ((long) value.length() * count > MAX_RESULT_LENGTH) {
            throw tooLong("REPEAT");
        }
        return count < 1 ? "" : value.repeat(count);
    }

    static RowException tooLong(String function) {
        return new RowException(function + " makes a text of more than 1 MiB");
    }

    /** With an empty delimiter the value is one part. */
    public static @Nullable String splitIndex(String value, String delimiter, int index) {
        if (index < 0 || delimiter.isEmpty()) {
            return index == 0 ? value : null;
        }
        int from = 0;
        for (int i = 0; i < index; i++) {
            int end = value.indexOf(delimiter, from);
            if (end < 0) {
                return null;
            }
            from = end + delimiter.length();
        }
        int to = value.indexOf(delimiter, from);
        return value.substring(from, to < 0 ? value.length() : to);
    }

    public static boolean startsWith(String value, String prefix) {
        return value.startsWith(prefix);
    }

    public static boolean endsWith(String value, String suffix) {
        return value.endsWith(suffix);
    }

    public static boolean contains(String value, String part) {
        return value.contains(part);
    }

    public static boolean like(String value, LikePattern pattern) {
        return pattern.matches(value);
    }

    public static boolean like(String value, String pattern) throws RowException {
        return LikePattern.of(pattern).matches(value);
    }

    public static boolean like(String value, String pattern, String escape) throws RowException {
        return LikePattern.of(pattern, escape).matches(value);
    }

    public static String md5(String value) {
        return digest("MD5", value);
    }

    public static String sha256(String value) {
        return digest("SHA-256", value);
    }

    private static String digest(String algorithm, String value) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
