package io.weirflow.benchmarks.nemesis.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.weirflow.benchmarks.engine.Topics;
import io.weirflow.benchmarks.nemesis.site.FleetControl.Stage;
import io.weirflow.testkit.history.AlertModel;
import io.weirflow.testkit.history.AlertModel.Alert;
import io.weirflow.testkit.history.AlertModel.State;
import io.weirflow.testkit.history.EffectHistory;
import io.weirflow.testkit.history.EffectHistory.Answer;
import io.weirflow.testkit.history.EffectHistory.Promise;
import io.weirflow.testkit.history.Findings;
import io.weirflow.testkit.history.KeyedHistory;
import io.weirflow.testkit.history.Place;
import io.weirflow.testkit.history.VersionHistory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Readings of sensors, and alerts when one is over its limit: to a topic, exactly once, and to two webhooks that are not to be trusted, of which one
 * promises to repeat nothing and the other to lose nothing.
 */
public final class AlertLoad implements Load {

    /** The webhook sink that keeps a ledger: what may have been done is listed and not repeated. */
    private static final String ONCE = "pager";
    /** The webhook sink that repeats until it is told. */
    private static final String AGAIN = "pager_again";

    /** The webhook sinks. */
    public static final List<String> SINKS = List.of(ONCE, AGAIN);

    private static final String READINGS = "nemesis.readings";
    private static final String ALERTS = "nemesis.alerts";
    private static final String PIPELINE = "nemesis-alerts";
    private static final String UNKNOWN = PIPELINE + "." + ONCE + ".unknown";

    private static final int SENSORS = 16;
    private static final int LIMIT = 100;
    private static final int MAX_VALUE = 115;

    private final Random random;
    private final int rowsPerSecond;
    private final UnaryOperator<String> urls;
    private final AlertModel model = new AlertModel(LIMIT);
    private final KeyedHistory<Long, Alert> topic;
    private final EffectHistory<Long, Alert> once;
    private final EffectHistory<Long, Alert> again;
    private final VersionHistory<String> readVersions;
    private final VersionHistory<String> madeVersions;
    private long fed;
    private long readings;

    /** @param urls of the webhooks, by their sinks */
    public AlertLoad(Random random, int rowsPerSecond, Findings findings, UnaryOperator<String> urls) {
        this.random = random;
        this.rowsPerSecond = rowsPerSecond;
        this.urls = urls;
        this.topic = new KeyedHistory<>(findings, "alerts");
        this.once = new EffectHistory<>(findings, Promise.ONCE_OR_LISTED);
        this.again = new EffectHistory<>(findings, Promise.AT_LEAST_ONCE);
        this.readVersions = new VersionHistory<>(findings, "readings");
        this.madeVersions = new VersionHistory<>(findings, "over");
    }

    @Override
    public String pipeline() {
        return PIPELINE;
    }

    @Override
    public Map<String, String> values() {
        return Map.of("ONCE", urls.apply(ONCE), "AGAIN", urls.apply(AGAIN), "LIMIT", Integer.toString(LIMIT));
    }

    @Override
    public List<Stage> stages() {
        return List.of(new Stage(pipeline(), "over", 4));
    }

    @Override
    public List<String> versions() {
        return List.of("READ", "MADE");
    }

    @Override
    public List<Topic> topics() {
        return List.of(Topic.of(READINGS), Topic.of(ALERTS), new Topic(UNKNOWN, 1));
    }

    @Override
    public int rowsPerSecond() {
        return rowsPerSecond;
    }

    /** Sensor by sensor in one partition, and event time goes forward, so that alerts do not depend on how partitions are read. */
    @Override
    public void feed(Feed feed) {
        long number = ++fed;
        int sensor = random.nextInt(SENSORS);
        feed.send(
                READINGS,
                sensor % Topics.PARTITIONS,
                "{\"sensor\":" + sensor + ",\"number\":" + number + ",\"ts\":" + number * 10 + ",\"value\":"
                        + random.nextInt(MAX_VALUE) + '}');
    }

    @Override
    public void record(Place place, JsonNode value) {
        if (place.topic().equals(ALERTS)) {
            Alert alert = alert(value);
            topic.row(place, alert.sensor(), alert);
            return;
        }
        if (place.topic().equals(UNKNOWN)) {
            once.listed(place, alert(value.path("row")));
            return;
        }
        readings++;
        model.reading(
                        value.path("sensor").asLong(),
                        value.path("number").asLong(),
                        value.path("value").asLong())
                .ifPresent(alert -> {
                    topic.expect(alert.sensor(), alert);
                    once.expect(alert.sensor(), alert);
                    again.expect(alert.sensor(), alert);
                });
    }

    /**
     * Takes a request to a webhook.
     *
     * @param sink whose it is
     */
    public void request(String sink, String idempotencyKey, JsonNode body, Answer answer) {
        (sink.equals(ONCE) ? once : again).request(idempotencyKey, alert(body), answer);
    }

    /** Wherever an alert comes to, it is of the same versions of both stages. */
    private Alert alert(JsonNode value) {
        Alert alert = new Alert(
                value.path("sensor").asLong(),
                State.valueOf(value.path("state").asText()),
                value.path("number").asLong());
        readVersions.row(
                "partition " + alert.sensor() % Topics.PARTITIONS,
                alert.reading(),
                value.path("read").asInt());
        // An alert may resolve with the reading that has made it fire.
        long position = alert.reading() * 2 + (alert.state() == State.RESOLVED ? 1 : 0);
        madeVersions.row(
                "sensor " + alert.sensor(), position, value.path("made").asInt());
        return alert;
    }

    @Override
    public boolean complete() {
        return topic.rows() >= topic.expected()
                && once.settled() >= once.expected()
                && again.done() >= again.expected();
    }

    @Override
    public void finish() {
        topic.finish();
        once.finish();
        again.finish();
        readVersions.finish();
        madeVersions.finish();
    }

    @Override
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("readings", readings);
        counts.put("alerts", topic.rows());
        counts.put(UPGRADES, readVersions.upgrades() + madeVersions.upgrades());
        counts.put("requests of pager", once.requests());
        counts.put("done by pager", once.done());
        counts.put("listed by pager", once.unknown());
        counts.put("requests of pager_again", again.requests());
        counts.put("done by pager_again", again.done());
        counts.put("repeated by pager_again", again.repeated());
        return counts;
    }
}
