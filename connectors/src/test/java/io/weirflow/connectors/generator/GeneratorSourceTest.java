package io.weirflow.connectors.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.Options;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.connector.SourceContext;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.Kit;
import io.weirflow.connectors.Kit.Collector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class GeneratorSourceTest {

    private long nowNanos;
    private final GeneratorSource source = new GeneratorSource(() -> nowNanos);

    private List<Row> rows(RowType type, Object... options) throws DecodeException {
        SourceContext context = Kit.source(Path.of("."), "json", Kit.options(options));
        RowDecoder decoder = source.decoder(context.options(), type).orElseThrow();
        List<Row> rows = new ArrayList<>();
        for (int p = 0; p < source.partitions(context); p++) {
            PartitionReader reader = source.open(context, p);
            reader.seek(0);
            PartitionReader.Handler handler = new PartitionReader.Handler() {
                @Override
                public void record(long position, long next, long at, byte[] bytes, int offset, int length) {
                    MutableRow row = new MutableRow(type.size());
                    try {
                        decoder.decode(bytes, offset, length, row);
                    } catch (DecodeException e) {
                        throw new AssertionError(e);
                    }
                    rows.add(row);
                }

                @Override
                public void malformed(long p, long n, long at, byte[] b, int offset, int length, String reason) {
                    throw new AssertionError(reason);
                }
            };
            while (!reader.ended()) {
                reader.poll(handler, 7);
            }
        }
        return rows;
    }

    private RowType columns(Object... options) {
        return source.columns(Kit.options(options)).orElseThrow();
    }

    @Test
    void eventsComeInTheRatioOneThreeFortySix() throws DecodeException {
        List<Row> rows = rows(columns("kind", "nexmark"), "kind", "nexmark", "rows", 5000L);
        assertThat(rows).hasSize(5000);
        assertThat(rows).filteredOn(row -> row.getString(0).equals("person")).hasSize(100);
        assertThat(rows).filteredOn(row -> row.getString(0).equals("auction")).hasSize(300);
        assertThat(rows).filteredOn(row -> row.getString(0).equals("bid")).hasSize(4600);
        assertThat(rows.subList(0, 5))
                .extracting(row -> row.getString(0))
                .containsExactly("person", "auction", "auction", "auction", "bid");
        assertThat(rows).allSatisfy(row -> {
            int kind = List.of("person", "auction", "bid").indexOf(row.getString(0));
            for (int i = 0; i < 3; i++) {
                assertThat(row.isNull(2 + i)).isEqualTo(i != kind);
            }
        });
        Set<Long> auctions = new HashSet<>();
        for (Row row : rows) {
            if (!row.isNull(3)) {
                auctions.add(((Row) row.getObject(3)).getLong(0));
            }
        }
        assertThat(auctions).hasSize(300).contains(1000L, 1299L);
    }

    @Test
    void oneKindAloneIsThatKindOfTheWhole() throws DecodeException {
        List<Row> all = rows(columns("kind", "nexmark"), "kind", "nexmark", "rows", 500L, "seed", 9L);
        List<Object> nested = all.stream()
                .map(row -> row.getObject(4))
                .filter(bid -> bid != null)
                .toList();
        List<Row> bids = rows(
                columns("kind", "nexmark", "only", "bid"), "kind", "nexmark", "only", "bid", "rows", 460L, "seed", 9L);
        assertThat(bids).hasSize(460);
        assertThat((List<?>) bids).isEqualTo(nested);
    }

    @Test
    void bidsHaveTheirHotSpots() throws DecodeException {
        List<Row> bids = rows(Nexmark.BID, "kind", "nexmark", "only", "bid", "rows", 46_000L);
        double hotChannels = bids.stream()
                        .filter(bid -> !bid.getString(3).startsWith("channel-"))
                        .count()
                / 46_000.0;
        assertThat(hotChannels).isCloseTo(0.5, within(0.02));
        double hotBidders =
                bids.stream().filter(bid -> (bid.getLong(1) - 1000) % 100 == 1).count() / 46_000.0;
        assertThat(hotBidders).isBetween(0.73, 0.80);
        double hotAuctions =
                bids.stream().filter(bid -> bid.getLong(0) % 100 == 0).count() / 46_000.0;
        assertThat(hotAuctions).isBetween(0.48, 0.55);
        assertThat(bids).allSatisfy(bid -> assertThat(bid.getLong(2)).isBetween(100L, 100_000_000L));
        assertThat(bids.stream()
                                .filter(bid -> bid.getString(4).contains("channel_id="))
                                .count()
                        / 46_000.0)
                .isCloseTo(0.45, within(0.03));
    }

    @Test
    void partitionsAndSeedsAndProjection() throws DecodeException {
        RowType ids = RowType.of(Column.of("id", Scalar.BIGINT));
        List<Row> one = rows(ids, "kind", "counter", "rows", 10L);
        List<Row> three = rows(ids, "kind", "counter", "rows", 10L, "partitions", 3L);
        assertThat(three).extracting(row -> row.getLong(0)).containsExactly(0L, 3L, 6L, 9L, 1L, 4L, 7L, 2L, 5L, 8L);
        assertThat(three).containsExactlyInAnyOrderElementsOf(one);
        RowType transfers = columns("kind", "transfers");
        List<Row> first = rows(transfers, "kind", "transfers", "rows", 100L, "accounts", 2L);
        assertThat(first).isEqualTo(rows(transfers, "kind", "transfers", "rows", 100L, "accounts", 2L));
        assertThat(first).isNotEqualTo(rows(transfers, "kind", "transfers", "rows", 100L, "accounts", 2L, "seed", 1L));
        assertThat(first).allSatisfy(row -> assertThat(row.getLong(2)).isEqualTo(1 - row.getLong(3)));
        assertThatThrownBy(() -> rows(RowType.of(Column.of("id", Scalar.VARCHAR)), "kind", "counter", "rows", 1L))
                .isInstanceOf(ConnectorException.class)
                .hasMessageContaining("no column 'id VARCHAR'");
    }

    @Test
    void disorderStaysInItsBounds() throws DecodeException {
        RowType type = columns("kind", "counter");
        List<Row> rows = rows(type, "kind", "counter", "rows", 5000L, "disorder", 200L, "events_per_second", 1000L);
        long largest = 0;
        boolean late = false;
        for (Row row : rows) {
            late |= row.getLong(1) < largest;
            assertThat(row.getLong(1)).isGreaterThanOrEqualTo(largest - 200);
            largest = Math.max(largest, row.getLong(1));
        }
        assertThat(late).isTrue();
        assertThat(largest).isLessThanOrEqualTo(1767225600000L + 5000);
    }

    @Test
    void theRateOnlyDelays() {
        Options options = Kit.options("kind", "counter", "rate", 100L, "rows", 1000L);
        PartitionReader reader = source.open(Kit.source(Path.of("."), "json", options), 0);
        Collector seen = new Collector();
        reader.seek(500);
        assertThat(reader.poll(seen, 1000)).isEqualTo(1);
        assertThat(reader.poll(seen, 1000)).isZero();
        nowNanos += 1_000_000_000L;
        assertThat(reader.poll(seen, 1000)).isEqualTo(100);
        assertThat(seen.seen.get(100).position()).isEqualTo(600);
        nowNanos += 10_000_000_000L;
        assertThat(reader.poll(seen, 1000)).isEqualTo(399);
        assertThat(reader.ended()).isTrue();
    }

    @Test
    void checksOptions() {
        assertThat(source.check(
                        Kit.options("kind", "counter", "rows", -1L, "start", "now", "only", "bid", "partitions", 0L)))
                .extracting("option")
                .containsExactly("rows", "partitions", "start", "only");
        assertThat(source.bounded(Kit.options("rows", 1L))).isTrue();
        assertThat(source.bounded(Options.NONE)).isFalse();
    }
}
