package io.weirflow.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.Connector;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.SourceConnector;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.row.MutableRow;
import io.weirflow.language.PipelineCompiler;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.port.Environment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the transfers from the generator once more, without the engine, works out in plain Java what the pipeline {@code bank} must make of them, and
 * holds that against what it wrote.
 */
final class BankAudit {

    private static final long WINDOW_MS = 10_000;
    private static final long RED_LINE_CENTS = -1_000_000;
    private static final int BURST_PAYMENTS = 8;
    private static final long BURST_WITHIN_MS = 10_000;

    private final ObjectMapper json = new ObjectMapper();
    private final List<Transfer> transfers = new ArrayList<>();
    private final int partitions;

    private record Transfer(long id, long timeMs, long from, long to, long amount) {}

    private record Movement(long transfer, long account, long amount) {}

    private record Balance(long movement, long balance) {}

    private record Moved(long account, long windowStartMs) {}

    private record Sum(long movements, long amount) {}

    private BankAudit(int partitions) {
        this.partitions = partitions;
    }

    /** Reads all transfers. */
    static BankAudit of(Path pipeline, Map<String, String> set) throws Exception {
        ConnectorCatalog catalog = ConnectorCatalog.load(BankAudit.class.getClassLoader());
        StageInput.Source input = new PipelineCompiler()
                .compile(pipeline, Environment.of(set), catalog).pipeline().orElseThrow().stages().stream()
                        .map(stage -> stage.input())
                        .filter(StageInput.Source.class::isInstance)
                        .map(StageInput.Source.class::cast)
                        .findFirst()
                        .orElseThrow();
        SourceConnector generator =
                catalog.connector("generator").flatMap(Connector::source).orElseThrow();
        // A rate only delays the rows.
        Map<String, Object> unhurried = new HashMap<>(input.options().values());
        unhurried.remove("rate");
        SourceContext context = new SourceContext(
                new Options(unhurried),
                input.format(),
                input.formatOptions(),
                Path.of(""),
                KafkaAccess.open(""),
                secret -> {
                    throw new AssertionError("there are no secrets");
                });
        BankAudit audit = new BankAudit(generator.partitions(context));
        RowDecoder decoder = generator.decoder(input.options(), input.rowType()).orElseThrow();
        for (int partition = 0; partition < audit.partitions; partition++) {
            try (PartitionReader reader = generator.open(context, partition)) {
                audit.read(reader, decoder, input);
            }
        }
        return audit;
    }

    private void read(PartitionReader reader, RowDecoder decoder, StageInput.Source input) {
        MutableRow row = new MutableRow(input.rowType().size());
        PartitionReader.Handler handler = new PartitionReader.Handler() {
            @Override
            public void record(
                    long position, long nextPosition, long timestampMs, byte[] bytes, int offset, int length) {
                try {
                    decoder.decode(bytes, offset, length, row);
                } catch (io.weirflow.api.connector.DecodeException e) {
                    throw new AssertionError(e);
                }
                transfers.add(new Transfer(
                        row.getLong(input.rowType().indexOf("id")),
                        row.getLong(input.rowType().indexOf("ts")),
                        row.getLong(input.rowType().indexOf("from_account")),
                        row.getLong(input.rowType().indexOf("to_account")),
                        row.getLong(input.rowType().indexOf("amount"))));
            }

            @Override
            public void malformed(
                    long position, long next, long timestampMs, byte[] bytes, int offset, int length, String reason) {
                throw new AssertionError(reason);
            }
        };
        reader.seek(0);
        while (!reader.ended()) {
            reader.poll(handler, 10_000);
        }
    }

    int transfers() {
        return transfers.size();
    }

    /** Checks the sums per account and window: each row is there once, none is lost, and all of them together are zero. */
    void checkMoved(List<String> lines) throws JsonProcessingException {
        Map<Moved, Sum> expected = new HashMap<>();
        for (Transfer transfer : transfers) {
            long start = Math.floorDiv(transfer.timeMs(), WINDOW_MS) * WINDOW_MS;
            add(expected, new Moved(transfer.from(), start), -transfer.amount());
            add(expected, new Moved(transfer.to(), start), transfer.amount());
        }
        Map<Moved, Sum> found = new HashMap<>();
        long total = 0;
        for (String line : lines) {
            JsonNode row = json.readTree(line);
            long start = timeMs(row.get("window_start"));
            require(timeMs(row.get("window_end")) == start + WINDOW_MS, "the end of a window", line);
            Sum sum = new Sum(row.get("movements").asLong(), row.get("moved").asLong());
            Sum before = found.put(new Moved(row.get("account").asLong(), start), sum);
            require(before == null, "a window that was written before", line);
            total += sum.amount();
        }
        assertThat(total).as("the sum over all accounts").isZero();
        assertThat(found.equals(expected))
                .as("sums per account and window: %s", difference(found, expected))
                .isTrue();
    }

    private static void add(Map<Moved, Sum> sums, Moved key, long amount) {
        sums.merge(key, new Sum(1, amount), (a, b) -> new Sum(a.movements() + b.movements(), a.amount() + b.amount()));
    }

    /**
     * Checks the balances: each movement of each transfer once; for each account one row after the other, each with the balance of the one
     * before and its own amount; and of one partition of the source in its order.
     */
    void checkBalances(List<String> lines) throws JsonProcessingException {
        Set<Movement> expected = new HashSet<>();
        for (Transfer transfer : transfers) {
            expected.add(new Movement(transfer.id(), transfer.from(), -transfer.amount()));
            expected.add(new Movement(transfer.id(), transfer.to(), transfer.amount()));
        }
        Map<Long, Balance> lastOf = new HashMap<>();
        Map<List<Long>, Long> lastTransfer = new HashMap<>();
        Set<Movement> found = new HashSet<>();
        for (String line : lines) {
            JsonNode row = json.readTree(line);
            long account = row.get("account").asLong();
            long transfer = row.get("transfer").asLong();
            long amount = row.get("amount").asLong();
            Balance former = lastOf.getOrDefault(account, new Balance(0, 0));
            Balance now =
                    new Balance(row.get("movement").asLong(), row.get("balance").asLong());
            lastOf.put(account, now);
            require(
                    now.equals(new Balance(former.movement() + 1, former.balance() + amount)),
                    "what does not follow " + former,
                    line);
            require(found.add(new Movement(transfer, account, amount)), "a movement that was written before", line);
            Long before = lastTransfer.put(List.of(account, transfer % partitions), transfer);
            require(before == null || before < transfer, "out of order within its partition", line);
        }
        assertThat(found.equals(expected))
                .as("%d movements found, %d expected", found.size(), expected.size())
                .isTrue();
        assertThat(lastOf.values().stream().mapToLong(Balance::balance).sum())
                .as("all balances together")
                .isZero();
    }

    /** Checks the alerts against the balances, which they follow: one row for each time that an account crosses the line. */
    void checkAlerts(List<String> alerts, List<String> balances) throws JsonProcessingException {
        Map<Long, List<String>> expected = new TreeMap<>();
        Map<Long, Boolean> firing = new HashMap<>();
        for (String line : balances) {
            JsonNode row = json.readTree(line);
            long account = row.get("account").asLong();
            boolean red = row.get("balance").asLong() < RED_LINE_CENTS;
            if (red != firing.getOrDefault(account, false)) {
                firing.put(account, red);
                expected.computeIfAbsent(account, key -> new ArrayList<>()).add(red ? "FIRING" : "RESOLVED");
            }
        }
        Map<Long, List<String>> found = new TreeMap<>();
        for (String line : alerts) {
            JsonNode row = json.readTree(line);
            found.computeIfAbsent(row.get("account").asLong(), key -> new ArrayList<>())
                    .add(row.get("state").asText());
        }
        assertThat(found).as("changes of state per account").isEqualTo(expected);
    }

    /**
     * Checks what can be said of the bursts whatever the order in which the partitions were read: each is one, and no payment is in two.
     */
    void checkBursts(List<String> lines) throws JsonProcessingException {
        Map<Long, Long> paid = new HashMap<>();
        Map<Long, Integer> payments = new HashMap<>();
        for (Transfer transfer : transfers) {
            paid.merge(transfer.from(), transfer.amount(), Long::sum);
            payments.merge(transfer.from(), 1, Integer::sum);
        }
        assertThat(new HashSet<>(lines)).as("bursts that were written twice").hasSameSizeAs(lines);
        for (String line : lines) {
            JsonNode row = json.readTree(line);
            long account = row.get("account").asLong();
            long spanMs = timeMs(row.get("last_at")) - timeMs(row.get("first_at"));
            assertThat(row.get("payments").asInt()).as(line).isEqualTo(BURST_PAYMENTS);
            assertThat(spanMs).as(line).isBetween(0L, BURST_WITHIN_MS - 1);
            assertThat(payments.merge(account, -BURST_PAYMENTS, Integer::sum))
                    .as(line)
                    .isNotNegative();
            assertThat(paid.merge(account, -row.get("paid").asLong(), Long::sum))
                    .as(line)
                    .isNotNegative();
        }
    }

    /** For checks of each of very many rows: AssertJ's own take minutes. */
    private static void require(boolean holds, String problem, String line) {
        if (!holds) {
            throw new AssertionError(problem + ": " + line);
        }
    }

    private static long timeMs(JsonNode text) {
        return Instant.parse(text.asText()).toEpochMilli();
    }

    private static String difference(Map<Moved, Sum> found, Map<Moved, Sum> expected) {
        Map<Moved, Sum> lost = new HashMap<>(expected);
        found.forEach(lost::remove);
        Map<Moved, Sum> invented = new HashMap<>(found);
        expected.forEach(invented::remove);
        return lost.size() + " missing or different, such as "
                + lost.entrySet().stream().limit(3).toList() + "; " + invented.size() + " unexpected, such as "
                + invented.entrySet().stream().limit(3).toList();
    }
}
