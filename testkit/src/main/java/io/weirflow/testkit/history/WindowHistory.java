package io.weirflow.testkit.history;

import io.weirflow.testkit.history.Violation.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Judges windows of event time in two steps, per site and, of their results, per region, over senders of which some are late and some idle. Which rows
 * are late depends on how fast the partitions are read, and is for the engine to decide; what holds whatever it decides is:
 *
 * <ul>
 *   <li>each event is in the one result of its window, or was given out as late; never both, neither, or twice;
 *   <li>an event is late only when some event of the input could have closed its window;
 *   <li>the results of a region are the sums of those of its sites;
 *   <li>results of a site, and of a region, come in the order of their windows.
 * </ul>
 */
public final class WindowHistory {

    private final Findings findings;
    private final Shape shape;
    private final Map<Long, Event> events = new HashMap<>();
    private final Set<Long> late = new HashSet<>();
    private final Map<Window, Sum> perSite = new HashMap<>();
    private final Map<Window, Sum> perRegion = new HashMap<>();
    private final Map<Long, Long> lastOfSite = new HashMap<>();
    private final Map<Long, Long> lastOfRegion = new HashMap<>();
    private long maxTimeMs = Long.MIN_VALUE;

    /**
     * How windows are made.
     *
     * @param siteWindowMs size of a site's windows
     * @param regionWindowMs size of a region's windows, a multiple of the other
     * @param regions a site belongs to the region of its remainder
     * @param outOfOrdernessMs by how much the watermark stays behind
     * @param closedBeforeMs windows that end later are still open at the end, and are not judged
     */
    public record Shape(
            long siteWindowMs, long regionWindowMs, long regions, long outOfOrdernessMs, long closedBeforeMs) {
        public Shape {
            if (siteWindowMs < 1 || regionWindowMs < siteWindowMs || regionWindowMs % siteWindowMs != 0) {
                throw new IllegalArgumentException("a region's window holds whole windows of sites");
            }
        }

        long regionOf(long site) {
            return Math.floorMod(site, regions);
        }
    }

    /**
     * A record of the input.
     *
     * @param id different from all others
     * @param timeMs event time
     */
    public record Event(long id, long site, long timeMs, long amount) {}

    /** A window of a site or region: {@code key} is its number. */
    public record Window(long key, long startMs) {}

    /** What a window holds. */
    public record Sum(long events, long amount) {

        static final Sum NOTHING = new Sum(0, 0);

        Sum plus(Sum other) {
            return new Sum(events + other.events, amount + other.amount);
        }
    }

    public WindowHistory(Findings findings, Shape shape) {
        this.findings = findings;
        this.shape = shape;
    }

    /** Takes a record of the input. */
    public void event(Event event) {
        if (events.put(event.id(), event) != null) {
            throw new IllegalArgumentException("two events have the number " + event.id());
        }
        maxTimeMs = Math.max(maxTimeMs, event.timeMs());
    }

    /** Takes an event that was given out as late. */
    public void late(Place place, long id) {
        if (!late.add(id)) {
            findings.add(Kind.DOUBLED, "event " + id + " was late before, at " + place);
        }
    }

    /** Takes a result of a site. */
    public void perSite(Place place, Window window, Sum sum) {
        result("site", perSite, lastOfSite, place, window, sum);
    }

    /** Takes a result of a region. */
    public void perRegion(Place place, Window window, Sum sum) {
        result("region", perRegion, lastOfRegion, place, window, sum);
    }

    private void result(
            String what, Map<Window, Sum> results, Map<Long, Long> lastOf, Place place, Window window, Sum sum) {
        Sum former = results.putIfAbsent(window, sum);
        if (former != null) {
            findings.add(Kind.DOUBLED, what + " " + window + " has " + former + ", and again " + sum + " at " + place);
            return;
        }
        Long last = lastOf.put(window.key(), window.startMs());
        if (last != null && last > window.startMs()) {
            findings.add(Kind.OUT_OF_ORDER, what + " " + window + " came after the one from " + last + ", at " + place);
        }
    }

    /** Judges the whole, once all is there that should come. */
    public void finish() {
        Map<Window, Sum> expectedOfSites = new HashMap<>();
        Map<Window, Sum> expectedOfRegions = new HashMap<>();
        for (Event event : events.values()) {
            if (!late.contains(event.id())) {
                Sum one = new Sum(1, event.amount());
                expectedOfSites.merge(window(event.site(), event, shape.siteWindowMs()), one, Sum::plus);
                Window region = window(shape.regionOf(event.site()), event, shape.regionWindowMs());
                expectedOfRegions.merge(region, one, Sum::plus);
            }
        }
        compare("site", expectedOfSites, perSite, shape.siteWindowMs());
        compare("region", expectedOfRegions, perRegion, shape.regionWindowMs());
        late.forEach(this::justified);
    }

    private static Window window(long key, Event event, long sizeMs) {
        return new Window(key, Math.floorDiv(event.timeMs(), sizeMs) * sizeMs);
    }

    private void compare(String what, Map<Window, Sum> expected, Map<Window, Sum> found, long sizeMs) {
        expected.forEach((window, sum) -> {
            if (window.startMs() + sizeMs <= shape.closedBeforeMs()) {
                compare(what + " " + window, sum, found.getOrDefault(window, Sum.NOTHING));
            }
        });
        found.forEach((window, sum) -> {
            if (!expected.containsKey(window)) {
                findings.add(Kind.INVENTED, what + " " + window + " has " + sum + ", of no events");
            }
        });
    }

    private void compare(String what, Sum expected, Sum found) {
        if (found.events() < expected.events()) {
            findings.add(Kind.LOST, what + " should have " + expected + ", it has " + found);
        } else if (found.events() > expected.events()) {
            findings.add(Kind.DOUBLED, what + " should have " + expected + ", it has " + found);
        } else if (!found.equals(expected)) {
            findings.add(Kind.WRONG, what + " should have " + expected + ", it has " + found);
        }
    }

    private void justified(long id) {
        Event event = events.get(id);
        if (event == null) {
            findings.add(Kind.INVENTED, "event " + id + " is late, and was never sent");
            return;
        }
        long endMs = window(event.site(), event, shape.siteWindowMs()).startMs() + shape.siteWindowMs();
        if (endMs + shape.outOfOrdernessMs() > maxTimeMs) {
            findings.add(Kind.WRONG, event + " is late, and nothing in the input could have closed its window");
        }
    }

    /** Returns how many events have been sent. */
    public long events() {
        return events.size();
    }

    /** Returns how many of them were late. */
    public long lateEvents() {
        return late.size();
    }

    /** Returns how many results of sites have come. */
    public long siteResults() {
        return perSite.size();
    }

    /** Returns how many results of regions have come. */
    public long regionResults() {
        return perRegion.size();
    }
}
