package io.weirflow.benchmarks.child;

import io.weirflow.benchmarks.data.BidTotals;
import io.weirflow.benchmarks.data.ChainSteps;
import io.weirflow.benchmarks.data.OutputRow;
import io.weirflow.benchmarks.engine.Job;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;

/**
 * The programs as a careful user of Kafka Streams would write them: only the needed columns are read and shuffled, and event time is the
 * record's timestamp. Partitions are read at different speeds, so windows are kept for a day of event time; none is held back.
 */
final class StreamsTopologies {

    private static final Serde<Long> LONGS = Serdes.Long();
    private static final Serde<byte[]> BYTES = Serdes.ByteArray();
    private static final Duration GRACE = Duration.ofDays(1);
    private static final byte[] NOTHING = {};

    private static final List<String> BID = List.of("auction", "bidder", "price", "date_time");
    private static final List<String> SHUFFLED = List.of("id", "a", "b", "c", "sent_us");

    /** Parsers and writers are used by one thread each. */
    private final ThreadLocal<OutputRow> bids = ThreadLocal.withInitial(() -> new OutputRow(BID));

    private final ThreadLocal<OutputRow> shuffled = ThreadLocal.withInitial(() -> new OutputRow(SHUFFLED));
    private final ThreadLocal<JsonText> json = ThreadLocal.withInitial(JsonText::new);

    private final StreamsBuilder builder;
    private final String input;
    private final String output;

    StreamsTopologies(StreamsBuilder builder, String input, String output) {
        this.builder = builder;
        this.input = input;
        this.output = output;
    }

    void add(Job.Program program) {
        KStream<byte[], byte[]> in = builder.stream(input, Consumed.with(BYTES, BYTES));
        KStream<?, byte[]> out = switch (program) {
            case FILTER -> filter(in);
            case TUMBLING -> tumbling(in);
            case WIDE -> wide(in);
            case SESSIONS -> sessions(in);
            case HOPPING -> hopping(in);
            case CHAIN -> chain(in);
            case SHUFFLES_3 -> shuffles(in, 3);
            case SHUFFLES_10 -> shuffles(in, 10);
            case SMALL -> throw new IllegalArgumentException("measured with Weirflow alone");
        };
        // Without keys, as the others write: batches fill faster.
        out.<byte[]>selectKey((key, value) -> null).to(output, Produced.with(BYTES, BYTES));
    }

    private KStream<byte[], byte[]> filter(KStream<byte[], byte[]> in) {
        return in.mapValues(value -> bids.get().read(value).clone())
                .filter((key, bid) -> bid[2] >= 3_000_000)
                .mapValues(bid -> json.get()
                        .add("auction", bid[0])
                        .add("bidder", bid[1])
                        .add("price", bid[2])
                        .add("date_time", bid[3])
                        .take());
    }

    private KStream<Windowed<Long>, byte[]> tumbling(KStream<byte[], byte[]> in) {
        return in.map((key, value) -> KeyValue.pair(bids.get().read(value)[0], NOTHING))
                .groupByKey(Grouped.with(LONGS, BYTES))
                .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofSeconds(10), GRACE))
                .count()
                .toStream()
                .map((window, count) -> KeyValue.pair(
                        window,
                        json.get()
                                .add("auction", window.key())
                                .add("window_start", window.window().start())
                                .add("window_end", window.window().end())
                                .add("bids", count)
                                .take()));
    }

    private KStream<Windowed<Long>, byte[]> wide(KStream<byte[], byte[]> in) {
        return in.map((key, value) -> WideTotals.read(value))
                .groupByKey(Grouped.with(LONGS, BYTES))
                .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofHours(1), GRACE))
                .aggregate(
                        () -> NOTHING,
                        (key, one, totals) -> WideTotals.add(totals, one),
                        Materialized.with(LONGS, BYTES))
                .toStream()
                .filter((window, totals) -> window.key() % 100 == 0)
                .map((window, totals) -> KeyValue.pair(
                        window,
                        WideTotals.write(
                                window.key(),
                                window.window().start(),
                                window.window().end(),
                                totals)));
    }

    /** The key goes on, and of the rest what is aggregated: the price and another column. */
    private KStream<Long, byte[]> priced(KStream<byte[], byte[]> in, int key, int other) {
        return in.map((none, value) -> {
            long[] bid = bids.get().read(value);
            byte[] bytes =
                    ByteBuffer.allocate(16).putLong(bid[2]).putLong(bid[other]).array();
            return KeyValue.pair(bid[key], bytes);
        });
    }

    private static BidTotals add(byte[] value, BidTotals totals) {
        ByteBuffer bytes = ByteBuffer.wrap(value);
        return totals.add(bytes.getLong(), bytes.getLong());
    }

    private KStream<Windowed<Long>, byte[]> sessions(KStream<byte[], byte[]> in) {
        return totals(
                "bidder",
                priced(in, 1, 0)
                        .groupByKey(Grouped.with(LONGS, BYTES))
                        .windowedBy(SessionWindows.ofInactivityGapAndGrace(Duration.ofSeconds(1), GRACE))
                        .aggregate(
                                BidTotals::new,
                                (key, value, totals) -> add(value, totals),
                                (key, one, other) -> one.merge(other),
                                Materialized.with(LONGS, Totals.serde())));
    }

    private KStream<Windowed<Long>, byte[]> hopping(KStream<byte[], byte[]> in) {
        return totals(
                "auction",
                priced(in, 0, 1)
                        .groupByKey(Grouped.with(LONGS, BYTES))
                        .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofSeconds(10), GRACE)
                                .advanceBy(Duration.ofSeconds(2)))
                        .aggregate(
                                BidTotals::new,
                                (key, value, totals) -> add(value, totals),
                                Materialized.with(LONGS, Totals.serde())));
    }

    private KStream<Windowed<Long>, byte[]> totals(String keyName, KTable<Windowed<Long>, BidTotals> table) {
        return table.toStream().filter((window, totals) -> totals != null).map((window, totals) -> {
            JsonText text = json.get();
            text.add(keyName, window.key()).add("window_start", window.window().start());
            text.add("window_end", window.window().end());
            for (int i = 0; i < BidTotals.COLUMNS; i++) {
                text.add(BidTotals.NAMES.get(i), totals.columns()[i]);
            }
            return KeyValue.pair(window, text.take());
        });
    }

    private KStream<byte[], byte[]> chain(KStream<byte[], byte[]> in) {
        KStream<byte[], long[]> rows =
                in.mapValues(value -> bids.get().read(value).clone());
        for (int i = 1; i <= ChainSteps.COUNT; i++) {
            int step = i;
            rows = rows.filter((key, row) -> ChainSteps.passes(step, row[0], row[2]))
                    .mapValues(row -> new long[] {
                        ChainSteps.a(step, row[0], row[2]),
                        ChainSteps.b(step, row[0], row[1]),
                        ChainSteps.p(step, row[1], row[2]),
                        row[3]
                    });
        }
        return rows.filter((key, row) -> ChainSteps.last(row[0]))
                .mapValues(row -> json.get()
                        .add("a", row[0])
                        .add("b", row[1])
                        .add("p", row[2])
                        .add("t", row[3])
                        .take());
    }

    private KStream<Long, byte[]> shuffles(KStream<byte[], byte[]> in, int hops) {
        KStream<Long, byte[]> rows = in.selectKey((key, value) -> 0L);
        for (int hop = 0; hop < hops; hop++) {
            int column = 1 + hop % 3;
            rows = rows.selectKey((key, value) -> shuffled.get().read(value)[column])
                    .repartition(Repartitioned.<Long, byte[]>as("hop-" + hop)
                            .withKeySerde(LONGS)
                            .withValueSerde(BYTES)
                            .withNumberOfPartitions(4));
        }
        return rows;
    }
}
