package io.weirflow.benchmarks.nemesis.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.weirflow.benchmarks.engine.Topics;
import io.weirflow.benchmarks.nemesis.site.FleetControl.Stage;
import io.weirflow.testkit.history.BankHistory;
import io.weirflow.testkit.history.BankHistory.Movement;
import io.weirflow.testkit.history.BankHistory.Transfer;
import io.weirflow.testkit.history.Findings;
import io.weirflow.testkit.history.Place;
import io.weirflow.testkit.history.VersionHistory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Transfers between accounts, and the balance of an account after each movement. */
public final class BankLoad implements Load {

    public static final String TRANSFERS = "nemesis.transfers";
    public static final String BALANCES = "nemesis.balances";

    private static final int ACCOUNTS = 60;
    private static final int MAX_AMOUNT = 100_000;

    private final Random random;
    private final int rowsPerSecond;
    private final BankHistory history;
    private final VersionHistory<String> versions;
    private long fed;

    public BankLoad(Random random, int rowsPerSecond, Findings findings) {
        this.random = random;
        this.rowsPerSecond = rowsPerSecond;
        this.history = new BankHistory(findings);
        this.versions = new VersionHistory<>(findings, "balances");
    }

    @Override
    public String pipeline() {
        return "nemesis-bank";
    }

    @Override
    public List<Stage> stages() {
        return List.of(new Stage(pipeline(), "balances", 4));
    }

    @Override
    public List<String> versions() {
        return List.of("MADE");
    }

    @Override
    public List<Topic> topics() {
        return Stream.of(TRANSFERS, BALANCES).map(Topic::of).toList();
    }

    @Override
    public int rowsPerSecond() {
        return rowsPerSecond;
    }

    @Override
    public void feed(Feed feed) {
        long id = ++fed;
        int from = random.nextInt(ACCOUNTS);
        int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        feed.send(
                TRANSFERS,
                (int) (id % Topics.PARTITIONS),
                "{\"id\":" + id + ",\"from_account\":" + from + ",\"to_account\":" + to + ",\"amount\":"
                        + (1 + random.nextInt(MAX_AMOUNT)) + '}');
    }

    @Override
    public void record(Place place, JsonNode value) {
        if (place.topic().equals(TRANSFERS)) {
            history.transfer(
                    place,
                    new Transfer(
                            value.path("id").asLong(),
                            value.path("from_account").asLong(),
                            value.path("to_account").asLong(),
                            value.path("amount").asLong()));
        } else {
            movement(place, value);
        }
    }

    private void movement(Place place, JsonNode value) {
        Movement movement = new Movement(
                value.path("transfer").asLong(),
                value.path("account").asLong(),
                value.path("amount").asLong(),
                value.path("movement").asLong(),
                value.path("balance").asLong());
        history.movement(place, movement);
        versions.row(
                "account " + movement.account(),
                movement.number(),
                value.path("made").asInt());
    }

    @Override
    public boolean complete() {
        return history.movements() >= 2 * history.transfers();
    }

    @Override
    public void finish() {
        history.finish();
        versions.finish();
    }

    @Override
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("transfers", history.transfers());
        counts.put("movements", history.movements());
        counts.put(UPGRADES, versions.upgrades());
        return counts;
    }
}
