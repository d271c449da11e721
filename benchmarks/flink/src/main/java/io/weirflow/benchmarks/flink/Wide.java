package io.weirflow.benchmarks.flink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** Six aggregates per auction in windows of an hour, two of them texts; one in a hundred auctions goes out. */
final class Wide {

    private static final TypeInformation<byte[]> BYTES = PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
    private static final TypeInformation<long[]> LONGS = PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO;

    /** Numbers, url, extra; of a bid the numbers are auction and price, of totals bids, sum, lowest and highest. */
    private static final TypeInformation<Tuple3<long[], String, String>> ROW =
            Types.TUPLE(LONGS, Types.STRING, Types.STRING);

    private static final JsonFactory FACTORY = new JsonFactory();

    private Wide() {}

    static DataStream<byte[]> of(DataStream<byte[]> input) {
        return input.map(Wide::read)
                .returns(ROW)
                .keyBy(row -> row.f0[0], Types.LONG)
                .window(TumblingEventTimeWindows.of(Duration.ofHours(1)))
                .aggregate(new Totals(), new Write(), ROW, ROW, BYTES);
    }

    private static Tuple3<long[], String, String> read(byte[] record) throws IOException {
        long[] numbers = new long[2];
        String url = "";
        String extra = "";
        try (JsonParser parser = FACTORY.createParser(record)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "auction" -> numbers[0] = parser.getLongValue();
                    case "price" -> numbers[1] = parser.getLongValue();
                    case "url" -> url = parser.getText();
                    case "extra" -> extra = parser.getText();
                    default -> {
                        // Not needed.
                    }
                }
            }
        }
        return Tuple3.of(numbers, url, extra);
    }

    private static final class Totals
            implements AggregateFunction<
                    Tuple3<long[], String, String>, Tuple3<long[], String, String>, Tuple3<long[], String, String>> {

        private static final long serialVersionUID = 1;

        @Override
        public Tuple3<long[], String, String> createAccumulator() {
            return Tuple3.of(new long[] {0, 0, Long.MAX_VALUE, Long.MIN_VALUE}, "", "");
        }

        @Override
        public Tuple3<long[], String, String> add(
                Tuple3<long[], String, String> bid, Tuple3<long[], String, String> totals) {
            long price = bid.f0[1];
            totals.f0[0]++;
            totals.f0[1] += price;
            totals.f0[2] = Math.min(totals.f0[2], price);
            totals.f0[3] = Math.max(totals.f0[3], price);
            totals.f1 = later(totals.f1, bid.f1);
            totals.f2 = later(totals.f2, bid.f2);
            return totals;
        }

        private static String later(String one, String other) {
            return one.compareTo(other) >= 0 ? one : other;
        }

        @Override
        public Tuple3<long[], String, String> getResult(Tuple3<long[], String, String> totals) {
            return totals;
        }

        @Override
        public Tuple3<long[], String, String> merge(
                Tuple3<long[], String, String> one, Tuple3<long[], String, String> other) {
            throw new UnsupportedOperationException("tumbling windows are never merged");
        }
    }

    private static final class Write
            extends ProcessWindowFunction<Tuple3<long[], String, String>, byte[], Long, TimeWindow> {

        private static final long serialVersionUID = 1;

        @Override
        public void process(
                Long auction,
                Context context,
                Iterable<Tuple3<long[], String, String>> all,
                Collector<byte[]> out) {
            if (auction % 100 != 0) {
                return;
            }
            Tuple3<long[], String, String> totals = all.iterator().next();
            StringBuilder text = new StringBuilder(256);
            text.append("{\"auction\":").append(auction);
            text.append(",\"window_start\":").append(context.window().getStart());
            text.append(",\"window_end\":").append(context.window().getEnd());
            text.append(",\"bids\":").append(totals.f0[0]);
            text.append(",\"total\":").append(totals.f0[1]);
            text.append(",\"lowest\":").append(totals.f0[2]);
            text.append(",\"highest\":").append(totals.f0[3]);
            // Both hold nothing that JSON would have to escape.
            text.append(",\"url\":\"").append(totals.f1);
            text.append("\",\"extra\":\"").append(totals.f2).append("\"}");
            out.collect(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
