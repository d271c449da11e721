package io.weirflow.benchmarks.flink;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.assigners.SlidingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/**
 * The programs as a careful user of Flink's DataStream API would write them: rows are arrays of primitive numbers with Flink's own serializer, only
 * the needed columns are read and shuffled, windows aggregate as rows come.
 */
final class Jobs {

    private static final TypeInformation<byte[]> BYTES = PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
    private static final TypeInformation<long[]> LONGS = PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO;

    private static final List<String> BID = List.of("auction", "bidder", "price", "date_time");
    private static final List<String> COUNTS = List.of("auction", "window_start", "window_end", "bids");
    private static final List<String> CHAIN = List.of("a", "b", "p", "t");
    private static final List<String> SHUFFLED = List.of("id", "a", "b", "c", "sent_us");
    private static final long LEAST_PRICE = 3_000_000;

    private Jobs() {}

    static DataStream<byte[]> of(String program, DataStream<byte[]> input) {
        return switch (program) {
            case "FILTER" -> filter(input);
            case "TUMBLING" -> tumbling(input);
            case "WIDE" -> Wide.of(input);
            case "SESSIONS" -> sessions(input);
            case "HOPPING" -> hopping(input);
            case "CHAIN" -> chain(input);
            case "SHUFFLES_3" -> shuffles(input, 3);
            case "SHUFFLES_10" -> shuffles(input, 10);
            default -> throw new IllegalArgumentException("no such program: " + program);
        };
    }

    private static DataStream<byte[]> filter(DataStream<byte[]> input) {
        return input.map(value -> Json.read(value, BID))
                .returns(LONGS)
                .filter(bid -> bid[2] >= LEAST_PRICE)
                .map(bid -> Json.write(BID, bid))
                .returns(BYTES);
    }

    private static DataStream<byte[]> tumbling(DataStream<byte[]> input) {
        return input.map(value -> Json.read(value, BID.subList(0, 1))[0])
                .returns(Types.LONG)
                .keyBy(auction -> auction, Types.LONG)
                .window(TumblingEventTimeWindows.of(Duration.ofSeconds(10)))
                .aggregate(new Count(), new WriteCount(), Types.LONG, Types.LONG, BYTES);
    }

    /** Key, price, other column. */
    private static DataStream<long[]> priced(DataStream<byte[]> input, int key, int other) {
        return input.map(value -> {
                    long[] bid = Json.read(value, BID);
                    return new long[] {bid[key], bid[2], bid[other]};
                })
                .returns(LONGS);
    }

    private static DataStream<byte[]> sessions(DataStream<byte[]> input) {
        return priced(input, 1, 0)
                .keyBy(row -> row[0], Types.LONG)
                .window(EventTimeSessionWindows.withGap(Duration.ofSeconds(1)))
                .aggregate(new Totals(), new WriteTotals("bidder"), LONGS, LONGS, BYTES);
    }

    private static DataStream<byte[]> hopping(DataStream<byte[]> input) {
        return priced(input, 0, 1)
                .keyBy(row -> row[0], Types.LONG)
                .window(SlidingEventTimeWindows.of(Duration.ofSeconds(10), Duration.ofSeconds(2)))
                .aggregate(new Totals(), new WriteTotals("auction"), LONGS, LONGS, BYTES);
    }

    private static DataStream<byte[]> chain(DataStream<byte[]> input) {
        DataStream<long[]> rows = input.map(value -> Json.read(value, BID)).returns(LONGS);
        for (int i = 1; i <= 10; i++) {
            int step = i;
            rows = rows.filter(row -> (row[0] + row[2]) % (10 + step) != 0)
                    .map(row -> new long[] {
                        row[0] + row[2] % (7 + step),
                        row[1] > row[0] ? row[1] - step : row[1] + step,
                        Math.abs(row[2] - row[1] % 1_000) + step,
                        row[3]
                    })
                    .returns(LONGS);
        }
        return rows.filter(row -> row[0] % 10 == 0)
                .map(row -> Json.write(CHAIN, row))
                .returns(BYTES);
    }

    private static DataStream<byte[]> shuffles(DataStream<byte[]> input, int hops) {
        DataStream<long[]> rows = input.map(value -> Json.read(value, SHUFFLED)).returns(LONGS);
        for (int hop = 0; hop < hops; hop++) {
            int column = 1 + hop % 3;
            rows = rows.keyBy(row -> row[column], Types.LONG).map(row -> row).returns(LONGS);
        }
        return rows.map(row -> Json.write(SHUFFLED, row)).returns(BYTES);
    }

    private static final class Count implements AggregateFunction<Long, Long, Long> {

        private static final long serialVersionUID = 1;

        @Override
        public Long createAccumulator() {
            return 0L;
        }

        @Override
        public Long add(Long value, Long count) {
            return count + 1;
        }

        @Override
        public Long getResult(Long count) {
            return count;
        }

        @Override
        public Long merge(Long one, Long other) {
            return one + other;
        }
    }

    private static final class WriteCount extends ProcessWindowFunction<Long, byte[], Long, TimeWindow> {

        private static final long serialVersionUID = 1;

        @Override
        public void process(Long auction, Context context, Iterable<Long> counts, Collector<byte[]> out) {
            TimeWindow window = context.window();
            out.collect(Json.write(
                    COUNTS, auction, window.getStart(), window.getEnd(), counts.iterator().next()));
        }
    }

    /** Bids, sum, lowest and highest price, cheap and dear bids, extremes of the other column. */
    private static final class Totals implements AggregateFunction<long[], long[], long[]> {

        private static final long serialVersionUID = 1;

        @Override
        public long[] createAccumulator() {
            return new long[] {0, 0, Long.MAX_VALUE, Long.MIN_VALUE, 0, 0, Long.MAX_VALUE, Long.MIN_VALUE};
        }

        @Override
        public long[] add(long[] row, long[] totals) {
            long price = row[1];
            totals[0]++;
            totals[1] += price;
            totals[2] = Math.min(totals[2], price);
            totals[3] = Math.max(totals[3], price);
            totals[4] += price < 10_000 ? 1 : 0;
            totals[5] += price >= 1_000_000 ? 1 : 0;
            totals[6] = Math.min(totals[6], row[2]);
            totals[7] = Math.max(totals[7], row[2]);
            return totals;
        }

        @Override
        public long[] getResult(long[] totals) {
            return totals;
        }

        @Override
        public long[] merge(long[] one, long[] other) {
            return new long[] {
                one[0] + other[0],
                one[1] + other[1],
                Math.min(one[2], other[2]),
                Math.max(one[3], other[3]),
                one[4] + other[4],
                one[5] + other[5],
                Math.min(one[6], other[6]),
                Math.max(one[7], other[7])
            };
        }
    }

    private static final class WriteTotals extends ProcessWindowFunction<long[], byte[], Long, TimeWindow> {

        private static final long serialVersionUID = 1;

        private final String key;

        WriteTotals(String key) {
            this.key = key;
        }

        @Override
        public void process(Long id, Context context, Iterable<long[]> all, Collector<byte[]> out) {
            List<String> names = Stream.of(
                            key, "window_start", "window_end", "bids", "total", "lowest", "highest", "cheap", "dear",
                            "first", "last")
                    .toList();
            long[] t = all.iterator().next();
            TimeWindow window = context.window();
            out.collect(Json.write(
                    names, id, window.getStart(), window.getEnd(), t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7]));
        }
    }
}
