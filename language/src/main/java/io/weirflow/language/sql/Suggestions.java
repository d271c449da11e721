package io.weirflow.language.sql;

import java.util.Collection;
import java.util.Locale;

/** "Did you mean": the nearest known name by edit distance. */
final class Suggestions {

    private Suggestions() {}

    /** Returns the name that was probably meant, or an empty text when none is near. */
    static String nearest(String wrong, Collection<String> known) {
        String best = "";
        int bestDistance = Math.max(1, wrong.length() / 3) + 1;
        for (String name : known) {
            if (Math.abs(name.length() - wrong.length()) >= bestDistance) {
                continue;
            }
            int distance = distance(wrong.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            if (distance < bestDistance && distance < Math.max(wrong.length(), name.length())) {
                best = name;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Optimal string alignment: insertion, deletion, substitution and the swap of neighbours count one. */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                current[j] = Math.min(Math.min(current[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    current[j] = Math.min(current[j], beforeLast[j - 2] + 1);
                }
            }
            int[] recycled = beforeLast;
            beforeLast = last;
            last = current;
            current = recycled;
        }
        return last[b.length()];
    }
}
