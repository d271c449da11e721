package io.weirflow.language.problem;

import java.util.Collection;
import java.util.Locale;

/** "Did you mean": the nearest known name by edit distance. */
public final class Suggestions {

    /** Names are short; longer texts are not compared, which would take quadratic time. */
    private static final int MAX_LENGTH = 200;

    private Suggestions() {}

    /** Returns the known name that was probably meant, or an empty text when none is near. */
    public static String nearest(String wrong, Collection<String> known) {
        if (wrong.length() > MAX_LENGTH) {
            return "";
        }
        String best = "";
        int bestDistance = Math.max(1, wrong.length() / 3) + 1;
        for (String name : known) {
            if (name.length() > MAX_LENGTH || Math.abs(name.length() - wrong.length()) >= bestDistance) {
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
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            cost[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            cost[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int substitution = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
                least = Math.min(least, cost[i - 1][j - 1] + substitution);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    least = Math.min(least, cost[i - 2][j - 2] + 1);
                }
                cost[i][j] = least;
            }
        }
        return cost[a.length()][b.length()];
    }
}
