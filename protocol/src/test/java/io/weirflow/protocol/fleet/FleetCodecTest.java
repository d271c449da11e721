package io.weirflow.protocol.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.protocol.Fixtures;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.fleet.FleetRecord.FollowerReport;
import io.weirflow.protocol.fleet.FleetRecord.InboxPosition;
import io.weirflow.protocol.fleet.FleetRecord.InboxPositions;
import io.weirflow.protocol.fleet.FleetRecord.SinksCompleted;
import io.weirflow.protocol.fleet.FleetRecord.SlotReport;
import io.weirflow.protocol.fleet.FleetRecord.WorkerHeartbeat;
import io.weirflow.protocol.fleet.FleetRecord.WorkerLeft;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FleetCodecTest {

    private static final WorkerId WORKER = new WorkerId("w-1", 1_700_000_000_000L);
    private static final SlotId SLOT = new SlotId("p", 1, 3);

    private static final List<SlotStatus> EVERY_STATUS = List.of(
            new SlotStatus.Running(SlotStatus.NONE, 0, Long.MIN_VALUE),
            new SlotStatus.Finished(7, 1_000),
            new SlotStatus.Released(),
            new SlotStatus.Failed("the disk is full", true),
            new SlotStatus.SenderBroken(new SlotId("p", 0, 1), 5, 7));

    private static final List<FleetRecord> EVERY_KIND = everyKind();

    private static List<FleetRecord> everyKind() {
        List<FleetRecord> all = new ArrayList<>();
        all.add(new WorkerHeartbeat(WORKER, 1));
        all.add(new WorkerLeft(WORKER));
        EVERY_STATUS.forEach(status -> all.add(new SlotReport(WORKER, SLOT, new LeaseEpoch(4), status)));
        all.add(new SinksCompleted(WORKER, "p", "p-1", 1));
        return all;
    }

    /** What came with live moves and standbys. */
    private static final List<FleetRecord> MOVES = List.of(
            new FollowerReport(WORKER, SLOT, "p-1", 12, 0),
            new FollowerReport(WORKER, SLOT, "p-1", SlotStatus.NONE, SlotStatus.NONE));

    /** What came with stops in order. */
    private static final List<FleetRecord> STOPS =
            List.of(new SlotReport(WORKER, SLOT, new LeaseEpoch(4), new SlotStatus.Stopped()));

    /** What came with back-pressure. */
    private static final List<FleetRecord> POSITIONS = List.of(
            new InboxPositions(
                    WORKER, "p", "p-1", List.of(new InboxPosition(1, 3, 4_000_000_000L), new InboxPosition(2, 0, 0))),
            new InboxPositions(WORKER, "p", "p-1", List.of()));

    @Test
    void everyKindSurvives() {
        List<FleetRecord> all = Stream.of(EVERY_KIND, MOVES, STOPS, POSITIONS)
                .flatMap(List::stream)
                .toList();
        for (FleetRecord record : all) {
            assertThat(FleetCodec.decode(FleetCodec.encode(record))).isEqualTo(record);
        }
        assertThat(all.stream().map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(FleetRecord.class.getPermittedSubclasses());
        assertThat(all.stream()
                        .filter(SlotReport.class::isInstance)
                        .map(report -> (Object) ((SlotReport) report).status())
                        .map(Object::getClass))
                .containsExactlyInAnyOrder(SlotStatus.class.getPermittedSubclasses());
    }

    @Test
    void recordsOfVersion1StayReadableAndStayTheSame() {
        readsAndWrites("wire/fleet-v1.jsonl", EVERY_KIND);
        readsAndWrites("wire/fleet-v1-moves.jsonl", MOVES);
        readsAndWrites("wire/fleet-v1-stops.jsonl", STOPS);
        readsAndWrites("wire/fleet-v1-positions.jsonl", POSITIONS);
    }

    private static void readsAndWrites(String fixture, List<FleetRecord> records) {
        String old = new String(Fixtures.bytes(fixture), UTF_8);
        assertThat(Stream.of(old.split("\n")).map(line -> FleetCodec.decode(line.getBytes(UTF_8))))
                .isEqualTo(records);
        assertThat(records.stream()
                        .map(record -> new String(FleetCodec.encode(record), UTF_8) + "\n")
                        .collect(Collectors.joining()))
                .isEqualTo(old);
    }

    @Test
    void aWorkersScopeSurvives() {
        WorkerHeartbeat heartbeat =
                new WorkerHeartbeat(WORKER, 2, new WorkerScope(List.of("p"), List.of("sums", "alerts")));
        String wire = "{\"v\":1,\"type\":\"heartbeat\",\"worker\":{\"name\":\"w-1\",\"incarnation\":1700000000000},"
                + "\"sequence\":2,\"scope\":{\"pipelines\":[\"p\"],\"stages\":[\"sums\",\"alerts\"]}}";
        assertThat(new String(FleetCodec.encode(heartbeat), UTF_8)).isEqualTo(wire);
        assertThat(FleetCodec.decode(wire.getBytes(UTF_8))).isEqualTo(heartbeat);
        assertThat(heartbeat.scope().takes("p", "sums")).isTrue();
        assertThat(heartbeat.scope().takes("p", "other")).isFalse();
        assertThat(heartbeat.scope().takes("q", "sums")).isFalse();
        assertThat(WorkerScope.ALL.takes("q", "x")).isTrue();
        assertThat(WorkerScope.UNKNOWN.takes("q", "x")).isFalse();
    }

    @Test
    void theVersionOfAStageSurvives() {
        SlotStatus upgraded = new SlotStatus.Running(3, 40, 5, 2);
        SlotReport report = new SlotReport(WORKER, SLOT, new LeaseEpoch(4), upgraded);
        String wire = "{\"v\":1,\"type\":\"slot\",\"worker\":{\"name\":\"w-1\",\"incarnation\":1700000000000},"
                + "\"slot\":{\"pipeline\":\"p\",\"stage\":1,\"partition\":3},\"epoch\":4,\"status\":{\"is\":\"running\","
                + "\"checkpoint\":3,\"nextPosition\":40,\"watermarkMs\":5,\"stageVersion\":2}}";
        assertThat(new String(FleetCodec.encode(report), UTF_8)).isEqualTo(wire);
        assertThat(FleetCodec.decode(wire.getBytes(UTF_8))).isEqualTo(report);
    }

    @Test
    void theEndOfAChangelogSurvives() {
        SlotReport report = new SlotReport(WORKER, SLOT, new LeaseEpoch(4), new SlotStatus.Released(42));
        String wire = "{\"v\":1,\"type\":\"slot\",\"worker\":{\"name\":\"w-1\",\"incarnation\":1700000000000},"
                + "\"slot\":{\"pipeline\":\"p\",\"stage\":1,\"partition\":3},\"epoch\":4,\"status\":{\"is\":\"released\","
                + "\"changelogEnd\":42}}";
        assertThat(new String(FleetCodec.encode(report), UTF_8)).isEqualTo(wire);
        assertThat(FleetCodec.decode(wire.getBytes(UTF_8))).isEqualTo(report);
    }

    @Test
    void theRowOfAFailureSurvives() {
        Poison poison = new Poison(1_234, 17, 2, "{\"id\":7}");
        SlotReport report =
                new SlotReport(WORKER, SLOT, new LeaseEpoch(4), new SlotStatus.Failed("boom", true, poison));
        String wire = "{\"v\":1,\"type\":\"slot\",\"worker\":{\"name\":\"w-1\",\"incarnation\":1700000000000},"
                + "\"slot\":{\"pipeline\":\"p\",\"stage\":1,\"partition\":3},\"epoch\":4,\"status\":{\"is\":\"failed\","
                + "\"reason\":\"boom\",\"retriable\":true,\"poison\":{\"position\":1234,\"row\":17,\"step\":2,"
                + "\"record\":\"{\\\"id\\\":7}\"}}}";
        assertThat(new String(FleetCodec.encode(report), UTF_8)).isEqualTo(wire);
        assertThat(FleetCodec.decode(wire.getBytes(UTF_8))).isEqualTo(report);
        assertThat(poison.place()).isEqualTo("1234:17");
        assertThat(new Poison(5, 0, -1, "x".repeat(5_000)).record()).hasSize(Poison.MAX_RECORD_CHARS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"v\":1,\"type\":\"rumour\",\"worker\":{\"name\":\"w\",\"incarnation\":1}}",
                "{\"v\":1,\"type\":\"left\",\"worker\":{\"name\":\"w\",\"incarnation\":\"1\"}}",
                "{\"v\":1,\"type\":\"left\"}",
                "{\"v\":3,\"type\":\"left\",\"worker\":{\"name\":\"w\",\"incarnation\":1}}",
                "{\"v\":1,\"type\":\"slot\",\"worker\":{\"name\":\"w\",\"incarnation\":1},"
                        + "\"slot\":{\"pipeline\":\"p\",\"stage\":0,\"partition\":0},\"epoch\":1,\"status\":{\"is\":\"odd\"}}",
            })
    void malformedReportsAreRefused(String value) {
        assertThatThrownBy(() -> FleetCodec.decode(value.getBytes(UTF_8)))
                .isInstanceOf(WireFormatException.class)
                .hasMessageStartingWith("report");
    }
}
