package io.weirflow.protocol.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.protocol.Fixtures;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.control.ControlRecord.CheckpointTriggered;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed;
import io.weirflow.protocol.control.ControlRecord.InboxesTrimmed.Trim;
import io.weirflow.protocol.control.ControlRecord.LeaderElected;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import io.weirflow.protocol.control.ControlRecord.PipelineDeleted;
import io.weirflow.protocol.control.ControlRecord.PipelineRestored;
import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.control.ControlRecord.SlotFollowed;
import io.weirflow.protocol.control.ControlRecord.StageScaled;
import io.weirflow.protocol.fleet.Poison;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.plan.SamplePlans;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ControlCodecTest {

    private static final List<ControlRecord> EVERY_KIND = everyKind();

    private static List<ControlRecord> everyKind() {
        List<ControlRecord> all = new ArrayList<>();
        all.add(new PipelineAdmitted(
                "p", "p-1", new Incarnation(2), "0123456789abcdef", "/data", SamplePlans.twoStages("p", 2)));
        for (Phase phase : EnumSet.range(Phase.RUNNING, Phase.FAILED)) {
            all.add(new PhaseChanged("p", "p-1", phase, "because of \"this\""));
        }
        SlotId slot = new SlotId("p", 1, 3);
        all.add(new SlotAssigned(slot, "p-1", new WorkerId("w", 1_700_000_000_000L), false, new LeaseEpoch(5)));
        all.add(new SlotAssigned(slot, "p-1", new WorkerId("w", 1_700_000_000_000L), true, new LeaseEpoch(6)));
        all.add(new CheckpointTriggered("p", Long.MAX_VALUE));
        all.add(new LeaderElected("c-1", 3));
        return all;
    }

    /** What came later, in a fixture of its own. */
    private static final List<ControlRecord> LATER = List.of(
            new LeaderElected("c-1", 3, "http://127.0.0.1:7070"),
            new LeaderElected("", 4),
            new PipelineDeleted("p", new Incarnation(2)),
            new StageScaled("p", "sums", 2),
            new StageScaled("p", "sums", 0));

    private static final List<ControlRecord> TRIMS = List.of(
            new InboxesTrimmed("p", List.of(new Trim("sums", 0, 1_000), new Trim("sums", 1, 1L << 40))),
            new InboxesTrimmed("p", List.of()));

    /** What came with live moves and standbys. */
    private static final List<ControlRecord> MOVES = List.of(
            new SlotFollowed(new SlotId("p", 1, 3), "p-1", List.of("w-2", "w-1")),
            new SlotFollowed(new SlotId("p", 1, 3), "p-1", List.of()));

    /** What came with upgrades. */
    private static final List<ControlRecord> UPGRADES = List.of(
            upgraded(),
            new RecordPoisoned(new SlotId("p", 1, 3), "p-1", new Poison(1_234, 17, 2, "{\"id\":7}"), "boom", false),
            new RecordPoisoned(new SlotId("p", 1, 3), "p-1", new Poison(1_234, 17, 2, "{\"id\":7}"), "boom", true),
            new RecordPoisoned(new SlotId("p", 1, 3), "p-1", new Poison(1_234, 17, 2, "{}", 3), "bang", false));

    private static ControlRecord upgraded() {
        Pipeline plan = SamplePlans.twoStages("p", 2);
        return new PipelineAdmitted(
                "p",
                "p-1",
                new Incarnation(2),
                "0123456789abcdef",
                "/data",
                plan.withStage(plan.stage(1).withVersion(2)),
                List.of(plan.stage(1)));
    }

    /** What came with savepoints. */
    private static final List<ControlRecord> RESTORES = List.of(
            new PipelineRestored("p", "restored-1", "before-the-move", false),
            new PipelineRestored("p", "restored-1", "before-the-move", true),
            new PhaseChanged("p", "restored-1", Phase.RESTORING, "from savepoint before-the-move"));

    private static String lines(List<ControlRecord> records) {
        return records.stream()
                .map(record -> new String(ControlCodec.key(record), UTF_8) + "\t"
                        + new String(ControlCodec.value(record), UTF_8) + "\n")
                .collect(Collectors.joining());
    }

    @Test
    void everyKindSurvives() {
        List<ControlRecord> all = Stream.of(EVERY_KIND, LATER, TRIMS, MOVES, UPGRADES, RESTORES)
                .flatMap(List::stream)
                .toList();
        for (ControlRecord record : all) {
            assertThat(ControlCodec.decode(ControlCodec.key(record), ControlCodec.value(record)))
                    .isEqualTo(record);
        }
        assertThat(all.stream().map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(ControlRecord.class.getPermittedSubclasses());
    }

    @Test
    void recordsOfVersion1StayReadableAndStayTheSame() {
        readsAndWrites("wire/control-v1.tsv", EVERY_KIND);
        readsAndWrites("wire/control-v1-fleet.tsv", LATER);
        readsAndWrites("wire/control-v1-trim.tsv", TRIMS);
        readsAndWrites("wire/control-v1-moves.tsv", MOVES);
        readsAndWrites("wire/control-v1-upgrades.tsv", UPGRADES);
        readsAndWrites("wire/control-v1-restore.tsv", RESTORES);
    }

    @Test
    void theEndOfAChangelogSurvives() {
        SlotAssigned assigned = new SlotAssigned(
                new SlotId("p", 1, 3), "p-1", new WorkerId("w", 1_700_000_000_000L), false, new LeaseEpoch(7), 42);
        String wire = "{\"v\":1,\"type\":\"slot-assigned\",\"slot\":{\"pipeline\":\"p\",\"stage\":1,\"partition\":3},"
                + "\"instance\":\"p-1\",\"worker\":{\"name\":\"w\",\"incarnation\":1700000000000},\"revoked\":false,"
                + "\"epoch\":7,\"changelogEnd\":42}";
        assertThat(new String(ControlCodec.value(assigned), UTF_8)).isEqualTo(wire);
        assertThat(ControlCodec.decode(ControlCodec.key(assigned), wire.getBytes(UTF_8)))
                .isEqualTo(assigned);
    }

    private static void readsAndWrites(String fixture, List<ControlRecord> records) {
        String old = new String(Fixtures.bytes(fixture), UTF_8);
        List<ControlRecord> read = Stream.of(old.split("\n"))
                .map(line -> line.split("\t"))
                .map(pair -> ControlCodec.decode(pair[0].getBytes(UTF_8), pair[1].getBytes(UTF_8)))
                .toList();
        assertThat(read).isEqualTo(records);
        assertThat(lines(records)).isEqualTo(old);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "not json",
                "{\"v\":1,\"type\":\"abdication\"}",
                "{\"v\":2,\"type\":\"leader-elected\",\"coordinator\":\"c\",\"term\":1}",
                "{\"v\":1,\"type\":\"leader-elected\",\"coordinator\":\"c\"}",
                "{\"v\":1,\"type\":\"leader-elected\",\"coordinator\":\"c\",\"term\":1,\"more\":1}",
                "{\"v\":1,\"type\":\"phase-changed\",\"name\":\"p\",\"instance\":\"i\",\"phase\":\"WAXING\",\"reason\":\"\"}",
                "{\"v\":1,\"type\":\"checkpoint-triggered\",\"pipeline\":\"p\",\"number\":1}",
            })
    void malformedRecordsAreRefused(String value) {
        assertThatThrownBy(() -> ControlCodec.decode("leader".getBytes(UTF_8), value.getBytes(UTF_8)))
                .isInstanceOf(WireFormatException.class)
                .hasMessageStartingWith("control record 'leader'");
    }
}
