package io.weirflow.benchmarks.report;

import java.util.Collection;
import java.util.List;

/** The smallest, the middle and the largest of some figures. */
public record Spread(double min, double median, double max) {

    /**
     * Returns the spread of these.
     *
     * @throws IllegalArgumentException when there are none
     */
    public static Spread of(Collection<Double> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("no figures");
        }
        List<Double> sorted = figures.stream().sorted().toList();
        int size = sorted.size();
        double median = size % 2 == 1 ? sorted.get(size / 2) : (sorted.get(size / 2 - 1) + sorted.get(size / 2)) / 2;
        return new Spread(sorted.get(0), median, sorted.get(size - 1));
    }
}
