package io.weirflow.benchmarks.nemesis.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.engine.Topics;
import io.weirflow.benchmarks.nemesis.site.FleetControl.Stage;
import io.weirflow.testkit.history.Findings;
import io.weirflow.testkit.history.Place;
import io.weirflow.testkit.history.VersionHistory;
import io.weirflow.testkit.history.WindowHistory;
import io.weirflow.testkit.history.WindowHistory.Event;
import io.weirflow.testkit.history.WindowHistory.Shape;
import io.weirflow.testkit.history.WindowHistory.Sum;
import io.weirflow.testkit.history.WindowHistory.Window;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Windows of event time over three shuffles. Event time goes with the clock. One event in fifty is late by much more than is waited for. The last
 * partition falls silent for three of every nine seconds, longer than it takes to count as idle, and then sends some of what it has kept back.
 */
public final class WindowLoad implements Load {

    private static final String EVENTS = "nemesis.events";
    private static final String SITES = "nemesis.sites";
    private static final String REGIONS = "nemesis.regions";
    private static final String LATE = "nemesis.late";

    private static final int SITE_COUNT = 14;
    private static final int MAX_AMOUNT = 1_000;
    private static final long SITE_WINDOW_MS = 2_000;
    private static final long REGION_WINDOW_MS = 6_000;
    private static final int REGIONS_COUNT = 3;
    private static final int OUT_OF_ORDERNESS_MS = 1_000;
    private static final int LATE_ONE_IN = 50;
    private static final int LATE_BY_MS = 20_000;
    private static final long CYCLE_MS = 9_000;
    private static final long SILENT_MS = 3_000;
    private static final long CLOSING_AFTER_MS = TimeUnit.DAYS.toMillis(30);

    private final Random random;
    private final int rowsPerSecond;
    private final long startMs = Clocks.epochMs();
    private final WindowHistory history;
    private final VersionHistory<String> siteVersions;
    private final VersionHistory<String> regionVersions;
    private long fed;
    private long eventsOfSites;
    private long eventsOfRegions;
    private long closing;

    public WindowLoad(Random random, int rowsPerSecond, Findings findings) {
        this.random = random;
        this.rowsPerSecond = rowsPerSecond;
        this.history = new WindowHistory(
                findings,
                new Shape(
                        SITE_WINDOW_MS,
                        REGION_WINDOW_MS,
                        REGIONS_COUNT,
                        OUT_OF_ORDERNESS_MS,
                        startMs + CLOSING_AFTER_MS - REGION_WINDOW_MS));
        this.siteVersions = new VersionHistory<>(findings, "sites");
        this.regionVersions = new VersionHistory<>(findings, "regions");
    }

    @Override
    public String pipeline() {
        return "nemesis-windows";
    }

    @Override
    public List<Stage> stages() {
        return List.of(
                new Stage(pipeline(), "spread", 4),
                new Stage(pipeline(), "sites", 4),
                new Stage(pipeline(), "regions", 2));
    }

    @Override
    public List<String> versions() {
        return List.of("SITES", "REGIONS");
    }

    @Override
    public List<Topic> topics() {
        return Stream.of(EVENTS, SITES, REGIONS, LATE).map(Topic::of).toList();
    }

    @Override
    public int rowsPerSecond() {
        return rowsPerSecond;
    }

    @Override
    public void feed(Feed feed) {
        long nowMs = Clocks.epochMs();
        long intoCycleMs = (nowMs - startMs) % CYCLE_MS;
        boolean silent = intoCycleMs < SILENT_MS;
        int partition = random.nextInt(silent ? Topics.PARTITIONS - 1 : Topics.PARTITIONS);
        long agoMs = random.nextInt(OUT_OF_ORDERNESS_MS);
        boolean back = partition == Topics.PARTITIONS - 1 && intoCycleMs < SILENT_MS + 300;
        if (back || random.nextInt(LATE_ONE_IN) == 0) {
            agoMs += back ? SILENT_MS : LATE_BY_MS;
        }
        send(feed, partition, nowMs - agoMs);
    }

    private void send(Feed feed, int partition, long timeMs) {
        feed.send(
                EVENTS,
                partition,
                "{\"id\":" + ++fed + ",\"site\":" + random.nextInt(SITE_COUNT) + ",\"ts\":" + timeMs + ",\"amount\":"
                        + random.nextInt(MAX_AMOUNT) + '}');
    }

    /** Events of a far future close all windows but their own. */
    @Override
    public void feedLast(Feed feed) {
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            send(feed, partition, startMs + CLOSING_AFTER_MS);
        }
    }

    @Override
    public void record(Place place, JsonNode value) {
        switch (place.topic()) {
            case EVENTS -> {
                long timeMs = value.path("ts").asLong();
                closing += timeMs == startMs + CLOSING_AFTER_MS ? 1 : 0;
                history.event(new Event(
                        value.path("id").asLong(),
                        value.path("site").asLong(),
                        timeMs,
                        value.path("amount").asLong()));
            }
            case LATE -> history.late(place, value.path("id").asLong());
            case SITES -> {
                Sum sum = sum(value);
                Window window = window("site", value);
                eventsOfSites += sum.events();
                history.perSite(place, window, sum);
                version(siteVersions, "site ", window, value);
            }
            default -> {
                Sum sum = sum(value);
                Window window = window("region", value);
                eventsOfRegions += sum.events();
                history.perRegion(place, window, sum);
                version(regionVersions, "region ", window, value);
            }
        }
    }

    private static void version(VersionHistory<String> versions, String what, Window window, JsonNode value) {
        versions.row(what + window.key(), window.startMs(), value.path("made").asInt());
    }

    private static Window window(String key, JsonNode value) {
        return new Window(
                value.path(key).asLong(),
                Instant.parse(value.path("window_start").asText()).toEpochMilli());
    }

    private static Sum sum(JsonNode value) {
        return new Sum(value.path("events").asLong(), value.path("amount").asLong());
    }

    @Override
    public boolean complete() {
        long expected = history.events() - closing - history.lateEvents();
        return eventsOfSites >= expected && eventsOfRegions >= expected;
    }

    @Override
    public void finish() {
        history.finish();
        siteVersions.finish();
        regionVersions.finish();
    }

    @Override
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("events", history.events());
        counts.put("late events", history.lateEvents());
        counts.put("windows of sites", history.siteResults());
        counts.put("windows of regions", history.regionResults());
        counts.put(UPGRADES, siteVersions.upgrades() + regionVersions.upgrades());
        return counts;
    }
}
