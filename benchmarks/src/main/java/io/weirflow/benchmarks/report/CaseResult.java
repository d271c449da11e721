package io.weirflow.benchmarks.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a case gave.
 *
 * @param id the case's letter or name
 * @param title what was measured
 * @param compared the figures that ratios are made of
 * @param higherIsBetter of these figures
 * @param samples of all engines and rounds
 * @param failures runs that gave no figure, with the reason
 */
public record CaseResult(
        String id,
        String title,
        List<String> compared,
        boolean higherIsBetter,
        List<Sample> samples,
        List<String> failures) {

    public CaseResult {
        compared = List.copyOf(compared);
        samples = List.copyOf(samples);
        failures = List.copyOf(failures);
    }

    /** Returns the engines, in the order in which they came. */
    public Set<String> engines() {
        Set<String> engines = new LinkedHashSet<>();
        samples.forEach(sample -> engines.add(sample.engine()));
        return engines;
    }

    /** Returns the spread of a figure over the rounds; empty when the engine has none. */
    public Optional<Spread> figure(String engine, String figure) {
        List<Double> values = samples.stream()
                .filter(sample -> sample.engine().equals(engine))
                .map(sample -> sample.figures().get(figure))
                .filter(value -> value != null)
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /**
     * Returns how many times better one engine is than another, by the rounds that both have. Round by round, so that what slows the machine
     * down for a while does not count as a difference.
     */
    public Optional<Spread> ratio(String engine, String other, String figure) {
        List<Double> ratios = samples.stream()
                .filter(sample -> sample.engine().equals(engine))
                .flatMap(mine -> samples.stream()
                        .filter(theirs -> theirs.engine().equals(other) && theirs.round() == mine.round())
                        .map(theirs -> ratio(mine, theirs, figure)))
                .flatMap(Optional::stream)
                .toList();
        return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
    }

    private Optional<Double> ratio(Sample mine, Sample theirs, String figure) {
        Double a = mine.figures().get(figure);
        Double b = theirs.figures().get(figure);
        if (a == null || b == null || a == 0 || b == 0) {
            return Optional.empty();
        }
        return Optional.of(higherIsBetter ? a / b : b / a);
    }
}
