package io.weirflow.benchmarks.child;

import io.weirflow.benchmarks.data.BidTotals;
import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** How Kafka Streams keeps eight aggregates: as eight numbers. */
final class Totals {

    private Totals() {}

    static Serde<BidTotals> serde() {
        return Serdes.serdeFrom((topic, totals) -> bytes(totals), (topic, bytes) -> totals(bytes));
    }

    private static byte[] bytes(BidTotals totals) {
        ByteBuffer bytes = ByteBuffer.allocate(BidTotals.COLUMNS * Long.BYTES);
        for (long value : totals.columns()) {
            bytes.putLong(value);
        }
        return bytes.array();
    }

    private static BidTotals totals(byte[] bytes) {
        long[] columns = new long[BidTotals.COLUMNS];
        ByteBuffer.wrap(bytes).asLongBuffer().get(columns);
        return new BidTotals(columns);
    }
}
