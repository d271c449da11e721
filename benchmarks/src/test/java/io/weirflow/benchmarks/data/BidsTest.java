package io.weirflow.benchmarks.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class BidsTest {

    private static final int MANY = 200_000;

    private final Bids bids = new Bids(7, 1_000);

    @Test
    void theSameSeedGivesTheSameBids() {
        assertThat(bids.bid(123)).isEqualTo(new Bids(7, 1_000).bid(123)).isNotEqualTo(new Bids(8, 1_000).bid(123));
    }

    @Test
    void halfOfTheBidsAreOnOnePercentOfTheAuctions() {
        long hot = LongStream.range(0, MANY)
                .filter(number -> bids.bid(number).auction() < 2_000)
                .count();

        assertThat(hot / (double) MANY).isBetween(0.49, 0.51);
    }

    @Test
    void thereAreAHundredThousandAuctions() {
        Set<Long> auctions = new HashSet<>();
        LongStream.range(0, 20 * MANY)
                .forEach(number -> auctions.add(bids.bid(number).auction()));

        assertThat(auctions).hasSize(100_000);
    }

    @Test
    void eventTimeAdvancesEvenly() {
        assertThat(bids.timeMs(0)).isEqualTo(Bids.START_MS);
        assertThat(bids.timeMs(2_500)).isEqualTo(Bids.START_MS + 2_500);
    }

    @Test
    void closingRowsComeAfterEverything() {
        Bid closing = bids.closing(MANY, 3);

        assertThat(closing.timeMs()).isGreaterThan(bids.timeMs(MANY) + 60_000);
        assertThat(closing.auction()).isGreaterThanOrEqualTo(Bids.FIRST_CLOSING_AUCTION);
    }

    @Test
    void recordsAreJsonOf200Bytes() throws IOException {
        BidJson json = new BidJson();
        for (long number = 0; number < 1_000; number++) {
            Bid bid = bids.bid(number);
            byte[] record = json.record(bid);
            JsonNode read = new ObjectMapper().readTree(record);

            assertThat(record).hasSize(BidJson.SIZE_BYTES);
            assertThat(read.get("auction").asLong()).isEqualTo(bid.auction());
            assertThat(read.get("price").asLong()).isEqualTo(bid.price());
            assertThat(read.get("date_time").asLong()).isEqualTo(bid.timeMs());
            assertThat(read.get("channel").asText()).isEqualTo(bid.channel());
        }
    }

    @Test
    void uniformKeysAllComeOnceBeforeAnyComesAgain() {
        Bids bids = new Bids(1, 1, 1_000);
        Set<Long> first = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            first.add(bids.bid(i).auction());
        }
        assertThat(first).hasSize(1_000);
        assertThat(bids.bid(1_000).auction()).isEqualTo(bids.bid(0).auction());
    }

    /** Neighbours in time that are neighbours on disk would make large state look small. */
    @Test
    void uniformKeysComeWithoutAPattern() {
        int keys = 1_000_000;
        Bids bids = new Bids(1, 1, keys);
        int[] distances = new int[10];
        for (int i = 0; i < MANY; i++) {
            long distance =
                    Math.floorMod(bids.bid(i + 1).auction() - bids.bid(i).auction(), keys);
            distances[(int) (distance * distances.length / keys)]++;
        }

        assertThat(Arrays.stream(distances).boxed()).allMatch(count -> Math.abs(count - MANY / 10) < MANY / 100);
    }
}
