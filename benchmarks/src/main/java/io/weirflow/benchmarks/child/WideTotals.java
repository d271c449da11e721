package io.weirflow.benchmarks.child;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.KeyValue;

/** Bids, sum, lowest and highest price, largest url and extra of an auction, in the bytes that are shuffled and kept. */
final class WideTotals {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int NUMBERS_BYTES = 4 * Long.BYTES;

    private WideTotals() {}

    /** Returns the auction, and the totals of this bid alone. */
    static KeyValue<Long, byte[]> read(byte[] record) {
        long auction = 0;
        long price = 0;
        String url = "";
        String extra = "";
        try (JsonParser parser = FACTORY.createParser(record)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "auction" -> auction = parser.getLongValue();
                    case "price" -> price = parser.getLongValue();
                    case "url" -> url = parser.getText();
                    case "extra" -> extra = parser.getText();
                    default -> {
                        // Not needed.
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return KeyValue.pair(auction, bytes(1, price, price, price, url, extra));
    }

    private static byte[] bytes(long bids, long total, long lowest, long highest, String url, String extra) {
        byte[] first = url.getBytes(StandardCharsets.UTF_8);
        byte[] second = extra.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(NUMBERS_BYTES + Short.BYTES + first.length + second.length)
                .putLong(bids)
                .putLong(total)
                .putLong(lowest)
                .putLong(highest)
                .putShort((short) first.length)
                .put(first)
                .put(second)
                .array();
    }

    private static String url(ByteBuffer totals) {
        return text(totals, NUMBERS_BYTES + Short.BYTES, totals.getShort(NUMBERS_BYTES));
    }

    private static String extra(ByteBuffer totals) {
        int at = NUMBERS_BYTES + Short.BYTES + totals.getShort(NUMBERS_BYTES);
        return text(totals, at, totals.capacity() - at);
    }

    private static String text(ByteBuffer totals, int at, int length) {
        return new String(totals.array(), at, length, StandardCharsets.UTF_8);
    }

    private static String later(String one, String other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** @param totals empty for none yet */
    static byte[] add(byte[] totals, byte[] more) {
        if (totals.length == 0) {
            return more;
        }
        ByteBuffer one = ByteBuffer.wrap(totals);
        ByteBuffer other = ByteBuffer.wrap(more);
        return bytes(
                one.getLong(0) + other.getLong(0),
                one.getLong(8) + other.getLong(8),
                Math.min(one.getLong(16), other.getLong(16)),
                Math.max(one.getLong(24), other.getLong(24)),
                later(url(one), url(other)),
                later(extra(one), extra(other)));
    }

    static byte[] write(long auction, long startMs, long endMs, byte[] totals) {
        ByteBuffer all = ByteBuffer.wrap(totals);
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("auction", auction);
            json.writeNumberField("window_start", startMs);
            json.writeNumberField("window_end", endMs);
            json.writeNumberField("bids", all.getLong(0));
            json.writeNumberField("total", all.getLong(8));
            json.writeNumberField("lowest", all.getLong(16));
            json.writeNumberField("highest", all.getLong(24));
            json.writeStringField("url", url(all));
            json.writeStringField("extra", extra(all));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
