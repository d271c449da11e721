package io.weirflow.benchmarks.profile;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Weights by name. Used by one thread. */
final class Tally {

    private final Map<String, Double> weights = new HashMap<>();
    private double total;

    void add(String name, double weight) {
        weights.merge(name, weight, Double::sum);
        total += weight;
    }

    double total() {
        return total;
    }

    /** Writes the heaviest, each with its share. */
    void render(String title, int most, StringBuilder text) {
        if (total == 0) {
            return;
        }
        text.append('\n').append(title).append('\n');
        List<Map.Entry<String, Double>> sorted = weights.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .toList();
        for (Map.Entry<String, Double> entry : sorted) {
            text.append(String.format(Locale.ROOT, "%7.1f %%  %s%n", 100 * entry.getValue() / total, entry.getKey()));
        }
    }
}
