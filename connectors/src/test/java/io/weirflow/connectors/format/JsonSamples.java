package io.weirflow.connectors.format;

import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** Makes one JSON record of a type: mostly right, with members that nobody asked for, and sometimes odd. */
final class JsonSamples {

    private final SplittableRandom random;
    private final RowType type;
    private final boolean odd;

    JsonSamples(SplittableRandom random, RowType type, boolean odd) {
        this.random = random;
        this.type = type;
        this.odd = odd;
    }

    String record() {
        List<String> members = new ArrayList<>();
        for (Column column : type.columns()) {
            if (random.nextInt(10) > 0) {
                members.add(name(column.name()) + space() + ":" + space() + value(column.type()));
            }
        }
        for (int k = random.nextInt(4); k > 0; k--) {
            members.add(name("x" + random.nextInt(200)) + space() + ":" + space() + any(0));
        }
        if (random.nextInt(8) == 0) {
            Collections.shuffle(members, new Random(random.nextLong()));
        }
        if (random.nextInt(16) == 0 && !members.isEmpty()) {
            members.add(members.get(random.nextInt(members.size())));
        }
        return space() + "{" + space() + String.join(space() + "," + space(), members) + space() + "}" + space();
    }

    private String space() {
        return random.nextInt(12) > 0 ? "" : List.of(" ", "\n", "\t ", "\r\n").get(random.nextInt(4));
    }

    private String name(String plain) {
        boolean escaped = odd && random.nextInt(10) == 0;
        return escaped ? String.format("\"\\u%04x%s\"", (int) plain.charAt(0), plain.substring(1)) : '"' + plain + '"';
    }

    private String value(DataType of) {
        if (random.nextInt(20) == 0) {
            return "null";
        }
        if (odd && random.nextInt(10) == 0) {
            return any(0);
        }
        if (of == Scalar.BOOLEAN) {
            return String.valueOf(random.nextBoolean());
        }
        if (of == Scalar.VARCHAR) {
            return text();
        }
        if (of == Scalar.VARBINARY) {
            return "\"AQI=\"";
        }
        if (of == Scalar.DATE) {
            return "\"2026-01-" + (10 + random.nextInt(23)) + '"';
        }
        if (of == Scalar.TIME) {
            return "\"10:" + (10 + random.nextInt(51)) + '"';
        }
        if (of == Scalar.TIMESTAMP && random.nextBoolean()) {
            return "\"2026-01-01T00:00:" + (10 + random.nextInt(51)) + ".25Z\"";
        }
        boolean whole = of == Scalar.INTEGER || of == Scalar.BIGINT || of == Scalar.TIMESTAMP;
        int bits = of == Scalar.INTEGER ? 33 : of instanceof DataType.Decimal ? 27 : 63;
        return number(whole && random.nextInt(30) > 0, bits);
    }

    private String number(boolean whole, int maxBits) {
        StringBuilder text = new StringBuilder(random.nextInt(5) == 0 ? "-" : "");
        text.append(random.nextLong(1L << random.nextInt(1, maxBits)));
        if (!whole && random.nextBoolean()) {
            text.append('.').append(random.nextLong(1L << random.nextInt(1, 60)));
        }
        if (!whole && random.nextInt(10) == 0) {
            text.append(random.nextBoolean() ? "e" : "E-").append(random.nextInt(30));
        }
        return text.toString();
    }

    private String text() {
        StringBuilder text = new StringBuilder("\"");
        for (int k = random.nextInt(40); k > 0; k--) {
            int kind = random.nextInt(odd ? 40 : 400);
            if (kind == 0) {
                text.append(List.of("\\n", "\\\"", "\\\\", "\\u00e9", "\\/").get(random.nextInt(5)));
            } else if (kind == 1) {
                text.append(List.of("é", "€", "😀", "\uFFFD", "\u007f").get(random.nextInt(5)));
            } else {
                text.append((char) ('a' + random.nextInt(26)));
            }
        }
        return text.append('"').toString();
    }

    private String any(int depth) {
        int kind = random.nextInt(depth > 3 ? 5 : 7);
        if (kind == 0) {
            return List.of("true", "false", "null").get(random.nextInt(3));
        }
        if (kind <= 2) {
            return number(random.nextBoolean(), 63);
        }
        if (kind <= 4) {
            return text();
        }
        List<String> parts = new ArrayList<>();
        for (int k = random.nextInt(4); k > 0; k--) {
            parts.add(kind == 5 ? any(depth + 1) : text() + space() + ":" + space() + any(depth + 1));
        }
        String inside = space() + String.join(space() + "," + space(), parts);
        return kind == 5 ? "[" + inside + "]" : "{" + inside + "}";
    }
}
