package io.weirflow.protocol.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.protocol.Fixtures;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.chain.SenderState;
import io.weirflow.protocol.checkpoint.Progress.Course;
import io.weirflow.protocol.checkpoint.Progress.OutputState;
import io.weirflow.protocol.checkpoint.Progress.SinkState;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ProgressCodecTest {

    private static final Progress SAMPLE = new Progress(
            new Incarnation(3),
            17,
            123_456,
            1_700_000_000_000L,
            Long.MIN_VALUE,
            true,
            List.of(
                    new SenderState(new SenderId(1, new Incarnation(3), 0), 900, -5, 1_700_000_000_001L, false),
                    new SenderState(new SenderId(1, new Incarnation(3), 1), 0, 0, Long.MIN_VALUE, true)),
            List.of(new OutputState(2, 7, 4_000_000_000L, Long.MIN_VALUE)),
            List.of(new SinkState(4, 99, 104)));

    private static final Progress UPGRADED =
            SAMPLE.withIntents(Map.of(4, 105L)).withCourse(new Course(2, 5_000, 6_024));

    @Test
    void progressComesBack() {
        for (long seed = 0; seed < 500; seed++) {
            Progress progress = random(new Random(seed));
            assertThat(ProgressCodec.decode(ProgressCodec.encode(progress)))
                    .as("seed %s", seed)
                    .isEqualTo(progress);
        }
        Progress initial = Progress.initial(Incarnation.FIRST);
        assertThat(ProgressCodec.decode(ProgressCodec.encode(initial))).isEqualTo(initial);
    }

    @Test
    void damagedProgressIsRefusedOrReadButNothingElseHappens() {
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            byte[] bytes = ProgressCodec.encode(random(random));
            if (random.nextInt(3) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            }
            for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(ProgressCodec.decode(bytes).incarnation().number()).isPositive();
            } catch (WireFormatException e) {
                assertThat(e.getMessage()).as("seed %s", seed).isNotEmpty();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    /** The files are never changed: these bytes are in changelogs. */
    @Test
    void progressOfVersion4IsReadAndStillWritten() {
        assertThat(ProgressCodec.decode(fixture("progress-v4.hex"))).isEqualTo(UPGRADED);
        assertThat(ProgressCodec.encode(UPGRADED)).isEqualTo(fixture("progress-v4.hex"));
    }

    @Test
    void progressOfVersion2KnowsNothingOfVersionsOfStages() {
        assertThat(ProgressCodec.decode(fixture("progress-v2.hex"))).isEqualTo(SAMPLE);
        assertThat(SAMPLE.course()).isEqualTo(Course.BEGIN);
    }

    @Test
    void progressOfVersion1KnowsNothingOfWhatWasPublished() {
        Progress old = ProgressCodec.decode(fixture("progress-v1.hex"));
        assertThat(old.sinks()).containsExactly(new SinkState(4, 99, 0));
        assertThat(old.withPublished(Map.of(4, 104L))).isEqualTo(SAMPLE);
    }

    private static byte[] fixture(String name) {
        return HexFormat.of().parseHex(new String(Fixtures.bytes("wire/" + name), StandardCharsets.US_ASCII).strip());
    }

    @Test
    void whatWasPublishedOnlyGrows() {
        Progress progress = SAMPLE.withPublished(Map.of(4, 5L, 7, 3L));
        assertThat(progress.sinks()).containsExactly(new SinkState(4, 99, 104), new SinkState(7, 0, 3));
    }

    @Test
    void progressOfANewerVersionIsRefusedAsSuch() {
        byte[] bytes = ProgressCodec.encode(SAMPLE);
        bytes[0] = 5;
        assertThatThrownBy(() -> ProgressCodec.decode(bytes))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("version 5");
    }

    @Test
    void progressOfVersion3HasTheIntentsOfEffectSinks() {
        Progress intending = SAMPLE.withIntents(Map.of(4, 105L));
        assertThat(ProgressCodec.decode(fixture("progress-v3.hex"))).isEqualTo(intending);
        assertThat(intending.withIntents(Map.of(4, 0L))).isEqualTo(SAMPLE);
    }

    @Test
    void anIntentStandsBesideWhatIsSettledAndCountsForItsIncarnationOnly() {
        byte[] intended = ProgressCodec.encodeLedger(new Incarnation(2), 77, 78);
        assertThat(intended).isEqualTo(HexFormat.of().parseHex("02024d4e"));
        assertThat(ProgressCodec.decodePublished(intended, new Incarnation(2))).isEqualTo(77);
        assertThat(ProgressCodec.decodeIntent(intended, new Incarnation(2))).isEqualTo(78);
        assertThat(ProgressCodec.decodePublished(intended, new Incarnation(3))).isZero();
        assertThat(ProgressCodec.decodeIntent(intended, new Incarnation(3))).isZero();
        byte[] none = ProgressCodec.encodeLedger(new Incarnation(2), 78, 0);
        assertThat(none).isEqualTo(ProgressCodec.encodePublished(new Incarnation(2), 78));
        assertThat(ProgressCodec.decodeIntent(none, new Incarnation(2))).isZero();
    }

    @Test
    void whatWasPublishedCountsForItsIncarnationOnly() {
        byte[] bytes = ProgressCodec.encodePublished(new Incarnation(2), 77);
        assertThat(ProgressCodec.decodePublished(bytes, new Incarnation(2))).isEqualTo(77);
        assertThat(ProgressCodec.decodePublished(bytes, new Incarnation(3))).isZero();
    }

    @Test
    void theEnginesKeysAreTheirOwn() {
        assertThat(ProgressCodec.progressKey()).containsExactly(0, 'p');
        assertThat(ProgressCodec.publishedKey(300)).isNotEqualTo(ProgressCodec.publishedKey(3));
        assertThat(ProgressCodec.isEngineKey(ProgressCodec.publishedKey(1))).isTrue();
        assertThat(ProgressCodec.isEngineKey(new byte[] {1, 'p'})).isFalse();
        assertThat(ProgressCodec.isEngineKey(new byte[0])).isFalse();
    }

    private static Progress random(Random random) {
        List<SenderState> senders = new ArrayList<>();
        List<OutputState> outputs = new ArrayList<>();
        List<SinkState> sinks = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            SenderId sender = new SenderId(random.nextInt(1_000), new Incarnation(1 + random.nextInt(300)), i);
            senders.add(new SenderState(
                    sender, random.nextLong() >>> 1, random.nextLong(), random.nextLong(), random.nextBoolean()));
            outputs.add(new OutputState(random.nextInt(300), i, random.nextInt(1_000), random.nextLong()));
            sinks.add(new SinkState(
                    i, random.nextInt(1_000_000), random.nextInt(1_000_000), Math.max(0, random.nextInt(9) - 5)));
        }
        return new Progress(
                new Incarnation(1 + random.nextInt(1_000)),
                random.nextInt(1_000),
                random.nextLong() >>> random.nextInt(64),
                random.nextLong(),
                random.nextLong(),
                random.nextBoolean(),
                senders,
                outputs,
                sinks,
                course(random));
    }

    private static Course course(Random random) {
        long taken = random.nextInt(1_000_000);
        return new Course(1 + random.nextInt(50), taken, taken + random.nextInt(10_000));
    }
}
