package io.weirflow.connectors.file;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A committed piece of a file sink's output; its name says all about it.
 *
 * @param instance the life of the pipeline that wrote it
 * @param partition the slot
 * @param first number of its first row
 * @param last number of its last row
 * @param level how often its rows were rolled up into a larger part
 */
record Part(String instance, int partition, long first, long last, int level) {

    private static final Pattern NAME =
            Pattern.compile("([A-Za-z0-9-]+)\\.p(\\d{1,9})\\.(\\d{1,19})-(\\d{1,19})\\.l(\\d{1,2})");

    /** Partitions in order, and within each its rows in order. */
    static final Comparator<Part> ORDER =
            Comparator.comparingInt(Part::partition).thenComparingLong(Part::first);

    String fileName() {
        return instance + ".p" + partition + "." + first + "-" + last + ".l" + level;
    }

    static Optional<Part> parse(String fileName) {
        Matcher matcher = NAME.matcher(fileName);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Part(
                    matcher.group(1),
                    Integer.parseInt(matcher.group(2)),
                    Long.parseLong(matcher.group(3)),
                    Long.parseLong(matcher.group(4)),
                    Integer.parseInt(matcher.group(5))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private boolean covers(Part other) {
        return partition == other.partition && first <= other.first && last >= other.last;
    }

    /**
     * Returns the parts that hold every row once, in order. A part within another is what a roll-up left behind when it was
     * interrupted.
     *
     * @throws IllegalStateException when rows are missing or the parts contradict one another
     */
    static List<Part> cover(List<Part> parts) {
        List<Part> sorted = new ArrayList<>(parts);
        sorted.sort(ORDER.thenComparing(Comparator.comparingLong(Part::last).reversed()));
        List<Part> cover = new ArrayList<>();
        Part former = null;
        for (Part part : sorted) {
            if (former != null && former.covers(part)) {
                continue;
            }
            long expected = former == null || former.partition != part.partition ? 1 : former.last + 1;
            if (part.first != expected) {
                throw new IllegalStateException("rows " + expected + " to " + (part.first - 1) + " of partition "
                        + part.partition + " are missing or doubled before part " + part.fileName());
            }
            cover.add(part);
            former = part;
        }
        return cover;
    }
}
