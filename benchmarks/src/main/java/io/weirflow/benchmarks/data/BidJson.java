package io.weirflow.benchmarks.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes bids as JSON objects of 200 bytes, the rest filled by the column {@code extra}. Used by one thread. */
public final class BidJson {

    /** Bytes of a record. */
    public static final int SIZE_BYTES = 200;

    private final StringBuilder text = new StringBuilder(SIZE_BYTES);

    /** Returns the record of a bid. */
    public byte[] record(Bid bid) {
        text.setLength(0);
        text.append("{\"auction\":").append(bid.auction());
        text.append(",\"bidder\":").append(bid.bidder());
        text.append(",\"price\":").append(bid.price());
        text.append(",\"channel\":\"").append(bid.channel());
        text.append("\",\"date_time\":").append(bid.timeMs());
        text.append(",\"url\":\"https://www.nexmark.com/item.htm?query=").append(bid.auction());
        text.append("\",\"extra\":\"");
        byte[] bytes = Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), SIZE_BYTES);
        Arrays.fill(bytes, text.length(), SIZE_BYTES - 2, (byte) 'x');
        bytes[SIZE_BYTES - 2] = '"';
        bytes[SIZE_BYTES - 1] = '}';
        return bytes;
    }
}
