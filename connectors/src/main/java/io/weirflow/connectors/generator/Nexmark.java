package io.weirflow.connectors.generator;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.generator.NexmarkModel.Kind;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The events of NEXMark: all kinds in one row with a nested row for each kind, or one kind in a flat row.
 */
final class Nexmark implements Events {

    static final RowType PERSON = RowType.of(
            Column.of("id", Scalar.BIGINT),
            Column.of("name", Scalar.VARCHAR),
            Column.of("email_address", Scalar.VARCHAR),
            Column.of("credit_card", Scalar.VARCHAR),
            Column.of("city", Scalar.VARCHAR),
            Column.of("state", Scalar.VARCHAR),
            Column.of("date_time", Scalar.TIMESTAMP),
            Column.of("extra", Scalar.VARCHAR));
    static final RowType AUCTION = RowType.of(
            Column.of("id", Scalar.BIGINT),
            Column.of("item_name", Scalar.VARCHAR),
            Column.of("description", Scalar.VARCHAR),
            Column.of("initial_bid", Scalar.BIGINT),
            Column.of("reserve", Scalar.BIGINT),
            Column.of("date_time", Scalar.TIMESTAMP),
            Column.of("expires", Scalar.TIMESTAMP),
            Column.of("seller", Scalar.BIGINT),
            Column.of("category", Scalar.BIGINT),
            Column.of("extra", Scalar.VARCHAR));
    static final RowType BID = RowType.of(
            Column.of("auction", Scalar.BIGINT),
            Column.of("bidder", Scalar.BIGINT),
            Column.of("price", Scalar.BIGINT),
            Column.of("channel", Scalar.VARCHAR),
            Column.of("url", Scalar.VARCHAR),
            Column.of("date_time", Scalar.TIMESTAMP),
            Column.of("extra", Scalar.VARCHAR));
    private static final RowType ALL = RowType.of(
            Column.required("event_type", Scalar.VARCHAR),
            Column.required("at", Scalar.TIMESTAMP),
            Column.of("person", new DataType.RowOf(PERSON)),
            Column.of("auction", new DataType.RowOf(AUCTION)),
            Column.of("bid", new DataType.RowOf(BID)));

    private static final List<String> STATES = List.of("AZ", "CA", "ID", "OR", "WA", "WY");
    private static final List<String> CITIES = List.of(
            "Phoenix",
            "Los Angeles",
            "San Francisco",
            "Boise",
            "Portland",
            "Bend",
            "Redmond",
            "Seattle",
            "Kent",
            "Cheyenne");
    private static final List<String> FIRST_NAMES =
            List.of("Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate", "Julie", "Sarah", "Deiter", "Walter");
    private static final List<String> LAST_NAMES =
            List.of("Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton", "Smith", "Jones", "Noris");
    private static final List<String> HOT_CHANNELS = List.of("Google", "Facebook", "Baidu", "Apple");
    private static final long CHANNELS = 10_000;

    private final long seed;
    private final EventClock clock;
    private final @Nullable Kind only;

    /** @param only the kind that there is alone, in flat rows; null for all */
    Nexmark(long seed, EventClock clock, @Nullable Kind only) {
        this.seed = seed;
        this.clock = clock;
        this.only = only;
    }

    @Override
    public RowType rowType() {
        return only == null ? ALL : rowType(only);
    }

    private static RowType rowType(Kind kind) {
        return switch (kind) {
            case PERSON -> PERSON;
            case AUCTION -> AUCTION;
            case BID -> BID;
        };
    }

    @Override
    public void write(long n, int source, MutableRow row, int target) {
        if (only != null) {
            writeColumn(only, new Draw(seed, only.event(n)), source, row, target);
            return;
        }
        Draw draw = new Draw(seed, n);
        Kind kind = Kind.of(n);
        if (source == 0) {
            row.setObject(target, kind.name().toLowerCase(Locale.ROOT));
        } else if (source == 1) {
            row.setLong(target, clock.timeMs(draw));
        } else if (kind.ordinal() == source - 2) {
            row.setObject(target, nested(kind, draw));
        } else {
            row.setNull(target);
        }
    }

    private MutableRow nested(Kind kind, Draw draw) {
        MutableRow row = new MutableRow(rowType(kind).size());
        for (int i = 0; i < row.size(); i++) {
            writeColumn(kind, draw, i, row, i);
        }
        return row;
    }

    private void writeColumn(Kind kind, Draw draw, int source, MutableRow row, int target) {
        Object value = switch (kind) {
            case PERSON -> person(draw, source);
            case AUCTION -> auction(draw, source);
            case BID -> bid(draw, source);
        };
        row.setValue(target, rowType(kind).column(source).type(), value);
    }

    private Object person(Draw draw, int column) {
        return switch (column) {
            case 0 -> NexmarkModel.personId(draw.event());
            case 1 -> pick(FIRST_NAMES, draw, 100) + " " + pick(LAST_NAMES, draw, 101);
            case 2 -> draw.letters(7, 102) + "@" + draw.letters(5, 103) + ".com";
            case 3 -> creditCard(draw);
            case 4 -> pick(CITIES, draw, 105);
            case 5 -> pick(STATES, draw, 106);
            case 6 -> clock.timeMs(draw);
            default -> extra(draw, 110, 107);
        };
    }

    private static String creditCard(Draw draw) {
        return String.format(
                Locale.ROOT,
                "%04d %04d %04d %04d",
                draw.below(10_000, 104),
                draw.below(10_000, 108),
                draw.below(10_000, 109),
                draw.below(10_000, 110));
    }

    private Object auction(Draw draw, int column) {
        return switch (column) {
            case 0 -> NexmarkModel.auctionId(draw.event());
            case 1 -> draw.letters(20, 205);
            case 2 -> draw.letters(100, 206);
            case 3 -> NexmarkModel.price(draw, 207);
            case 4 -> NexmarkModel.price(draw, 207) + NexmarkModel.price(draw, 208);
            case 5 -> clock.timeMs(draw);
            case 6 -> clock.timeMs(draw) + NexmarkModel.auctionLengthMs(draw, clock);
            case 7 -> NexmarkModel.seller(draw);
            case 8 -> NexmarkModel.FIRST_CATEGORY + draw.below(NexmarkModel.CATEGORIES, 209);
            default -> extra(draw, 320, 210);
        };
    }

    private Object bid(Draw draw, int column) {
        return switch (column) {
            case 0 -> NexmarkModel.bidOn(draw);
            case 1 -> NexmarkModel.bidder(draw);
            case 2 -> NexmarkModel.price(draw, 304);
            case 3 -> channel(draw);
            case 4 -> url(draw);
            case 5 -> clock.timeMs(draw);
            default -> extra(draw, 40, 309);
        };
    }

    /** Half of the bids come through four channels, the others through ten thousand. */
    private static long channelNumber(Draw draw) {
        return draw.below(2, 305) > 0 ? -1 - draw.below(HOT_CHANNELS.size(), 306) : draw.below(CHANNELS, 306);
    }

    private static String channel(Draw draw) {
        long number = channelNumber(draw);
        return number < 0 ? HOT_CHANNELS.get((int) (-1 - number)) : "channel-" + number;
    }

    /** A channel has one address; nine of ten cold ones carry their number in it. */
    private static String url(Draw draw) {
        long number = channelNumber(draw);
        Draw ofChannel = new Draw(draw.seed(), number);
        String base = "https://www.nexmark.com/" + ofChannel.letters(3, 307) + "/" + ofChannel.letters(3, 308) + "/"
                + ofChannel.letters(3, 310) + "/item.htm?query=1";
        boolean numbered = number >= 0 && ofChannel.below(10, 311) > 0;
        return numbered ? base + "&channel_id=" + number : base;
    }

    /** Filler that brings the event to its usual size, give or take a fifth. */
    private static String extra(Draw draw, int length, int purpose) {
        return draw.letters((int) (length * 4L / 5 + draw.below(length * 2L / 5 + 1, purpose)), purpose);
    }

    private static String pick(List<String> texts, Draw draw, int purpose) {
        return texts.get((int) draw.below(texts.size(), purpose));
    }
}
