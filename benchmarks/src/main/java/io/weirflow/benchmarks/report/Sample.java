package io.weirflow.benchmarks.report;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one run of one engine gave.
 *
 * @param engine its name
 * @param round from 1
 * @param figures by name, in the order of the table's columns
 */
public record Sample(String engine, int round, Map<String, Double> figures) {

    public Sample {
        figures = new LinkedHashMap<>(figures);
    }
}
