package io.weirflow.connectors.generator;

/**
 * Which events there are, which ids they make, and which ids they refer to, after the NEXMark benchmark as Apache Beam defines it
 * (Tucker, Tufte, Papadimos, Maier: NEXMark, a benchmark for queries over data streams, 2002; Beam's {@code GeneratorConfig}). Of
 * 50 events in a row the first is a person, the next three are auctions, the other 46 are bids.
 *
 * <p>Bidders are numbered like persons (Beam adds the first id once; the generator of Nexmark for Flink adds it twice, so that its bids
 * refer to persons a thousand further on).
 *
 * <p>Purposes of draws are numbered per event: persons from 100, auctions from 200, bids from 300; 1 is the disorder.
 */
final class NexmarkModel {

    static final int EPOCH = 50;
    static final int PERSONS = 1;
    static final int AUCTIONS = 3;
    static final int BIDS = 46;

    static final long FIRST_PERSON = 1000;
    static final long FIRST_AUCTION = 1000;
    static final long FIRST_CATEGORY = 10;
    static final int CATEGORIES = 5;

    private static final int HOT_AUCTION_RATIO = 2;
    private static final int HOT_SELLER_RATIO = 4;
    private static final int HOT_BIDDER_RATIO = 4;
    private static final long HOT_EVERY = 100;
    private static final long ACTIVE_PEOPLE = 1000;
    private static final long IN_FLIGHT_AUCTIONS = 100;
    private static final long ID_LEAD = 10;

    /** The kinds of events, in the order in which they come in an epoch. */
    enum Kind {
        PERSON(0, PERSONS),
        AUCTION(PERSONS, AUCTIONS),
        BID(PERSONS + AUCTIONS, BIDS);

        private final int first;
        private final int count;

        Kind(int first, int count) {
            this.first = first;
            this.count = count;
        }

        static Kind of(long event) {
            long place = event % EPOCH;
            return place < PERSONS ? PERSON : place < PERSONS + AUCTIONS ? AUCTION : BID;
        }

        /** Returns the number of the n-th event of this kind among all events. */
        long event(long n) {
            return n / count * EPOCH + first + n % count;
        }

        /** Returns how many events of this kind there are up to and with this event, less one: the newest one's number from 0. */
        private long newest(long event) {
            long inEpoch = Math.min(Math.max(event % EPOCH - first + 1, 0), count);
            return event / EPOCH * count + inEpoch - 1;
        }
    }

    private NexmarkModel() {}

    static long personId(long event) {
        return FIRST_PERSON + Kind.PERSON.newest(event);
    }

    static long auctionId(long event) {
        return FIRST_AUCTION + Kind.AUCTION.newest(event);
    }

    /** A hot seller three times out of four, else any active person. */
    static long seller(Draw draw) {
        long newest = Kind.PERSON.newest(draw.event());
        boolean hot = draw.below(HOT_SELLER_RATIO, 200) > 0;
        return FIRST_PERSON + (hot ? newest / HOT_EVERY * HOT_EVERY : anyPerson(draw, newest, 201));
    }

    /** A hot bidder three times out of four, else any active person. */
    static long bidder(Draw draw) {
        long newest = Kind.PERSON.newest(draw.event());
        boolean hot = draw.below(HOT_BIDDER_RATIO, 300) > 0;
        return FIRST_PERSON + (hot ? newest / HOT_EVERY * HOT_EVERY + 1 : anyPerson(draw, newest, 301));
    }

    /** May be one who is yet to come: ids run ahead a little, as events do that overtake others. */
    private static long anyPerson(Draw draw, long newest, int purpose) {
        long people = newest + 1;
        long active = Math.min(people, ACTIVE_PEOPLE);
        return people - active + draw.below(active + ID_LEAD, purpose);
    }

    /** The hot auction every other time, else any that is open. */
    static long bidOn(Draw draw) {
        long newest = Math.max(Kind.AUCTION.newest(draw.event()), 0);
        if (draw.below(HOT_AUCTION_RATIO, 302) > 0) {
            return FIRST_AUCTION + newest / HOT_EVERY * HOT_EVERY;
        }
        long oldest = Math.max(newest - IN_FLIGHT_AUCTIONS, 0);
        return FIRST_AUCTION + oldest + draw.below(newest - oldest + 1 + ID_LEAD, 303);
    }

    /** Cents, spread evenly over six orders of magnitude. */
    static long price(Draw draw, int purpose) {
        return Math.round(StrictMath.pow(10, draw.unit(purpose) * 6) * 100);
    }

    /** How long an auction lasts, in milliseconds: up to twice the time in which the auctions in flight are replaced. */
    static long auctionLengthMs(Draw draw, EventClock clock) {
        long later = draw.event() + IN_FLIGHT_AUCTIONS * EPOCH / AUCTIONS;
        long horizonMs = clock.inOrderMs(later) - clock.inOrderMs(draw.event());
        return 1 + draw.below(Math.max(horizonMs * 2, 1), 204);
    }
}
