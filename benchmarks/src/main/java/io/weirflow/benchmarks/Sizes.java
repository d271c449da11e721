package io.weirflow.benchmarks;

import java.util.Locale;

/** Sizes as JVMs take them: 512m, 5g. */
final class Sizes {

    private Sizes() {}

    static boolean valid(String size) {
        return size.toLowerCase(Locale.ROOT).matches("[1-9][0-9]{0,8}[kmg]?");
    }

    /** @param size a valid one */
    static long bytes(String size) {
        String lower = size.toLowerCase(Locale.ROOT);
        int shift = lower.endsWith("g") ? 30 : lower.endsWith("m") ? 20 : lower.endsWith("k") ? 10 : 0;
        return Long.parseLong(lower.replaceAll("[kmg]", "")) << shift;
    }
}
