package io.weirflow.connectors.format;

/** Checks characters beyond ASCII in UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond U+10FFFF. */
final class Utf8 {

    private Utf8() {}

    /** Returns the position behind the character that begins here, or {@link JsonBytes#GIVE_UP} for ASCII and what is malformed. */
    static int next(byte[] bytes, int at) {
        int first = bytes[at] & 0xFF;
        int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || at + length > bytes.length) {
            return JsonBytes.GIVE_UP;
        }
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return JsonBytes.GIVE_UP;
            }
        }
        int second = bytes[at + 1] & 0xFF;
        boolean outOfRange = switch (first) {
            case 0xE0 -> second < 0xA0;
            case 0xED -> second > 0x9F;
            case 0xF0 -> second < 0x90;
            case 0xF4 -> second > 0x8F;
            default -> false;
        };
        return outOfRange ? JsonBytes.GIVE_UP : at + length;
    }
}
