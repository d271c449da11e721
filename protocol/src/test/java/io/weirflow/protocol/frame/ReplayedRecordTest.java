package io.weirflow.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.protocol.Fixtures;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ReplayedRecordTest {

    private static final Incarnation FROM = new Incarnation(3);
    private static final Incarnation TO = new Incarnation(300);

    private static byte[] frame(Incarnation incarnation) {
        FrameBuilder builder = new FrameBuilder(new SenderId(1, incarnation, 2), true, 41, 7);
        builder.add(1, 1_000, new byte[] {1, 2, 3}, 0, 3);
        builder.add(0, 990, new byte[] {4}, 0, 1);
        return builder.build(980, true);
    }

    @Test
    void itComesBackAsItWas() {
        ReplayedRecord back = ReplayedRecord.decode(new ReplayedRecord(FROM, 1L << 40, -5, frame(FROM)).encode());
        assertThat(back.run()).isEqualTo(FROM);
        assertThat(back.offset()).isEqualTo(1L << 40);
        assertThat(back.timestampMs()).isEqualTo(-5);
        assertThat(back.value()).isEqualTo(frame(FROM));
    }

    /** The file is never changed: these bytes are in topics and savepoints. */
    @Test
    void recordsOfVersion1AreReadAndStillWritten() {
        byte[] fixture = HexFormat.of()
                .parseHex(new String(Fixtures.bytes("wire/replayed-record-v1.hex"), StandardCharsets.US_ASCII).strip());
        assertThat(new ReplayedRecord(TO, 300, 1_700_000_000_000L, new byte[] {9, 8, 7}).encode())
                .isEqualTo(fixture);
        assertThat(ReplayedRecord.decode(fixture).value()).containsExactly(9, 8, 7);
    }

    @Test
    void framesAndOwnRecordsAreNone() {
        assertThat(ReplayedRecord.is(frame(FROM))).isFalse();
        assertThat(ReplayedRecord.is(OwnRecordCodec.encode(new OwnRecord.Tick(FROM))))
                .isFalse();
        assertThat(ReplayedRecord.is(new byte[0])).isFalse();
        assertThat(ReplayedRecord.is(new ReplayedRecord(FROM, 0, 0, frame(FROM)).encode()))
                .isTrue();
    }

    @Test
    void aFrameOfTheRunBecomesOneOfTheOtherAndKeepsItsRowsAndNumbers() {
        assertThat(ReplayedRecord.inRun(frame(FROM), FROM, TO)).isEqualTo(frame(TO));
        byte[] other = frame(new Incarnation(2));
        assertThat(ReplayedRecord.inRun(other, FROM, TO)).as("of a former run").isEqualTo(other);
        byte[] tick = OwnRecordCodec.encode(new OwnRecord.Tick(FROM));
        assertThat(ReplayedRecord.inRun(tick, FROM, TO)).isEqualTo(OwnRecordCodec.encode(new OwnRecord.Tick(TO)));
        byte[] replayed = new ReplayedRecord(FROM, 5, 6, frame(FROM)).encode();
        assertThat(ReplayedRecord.inRun(replayed, FROM, TO))
                .isEqualTo(new ReplayedRecord(FROM, 5, 6, frame(TO)).encode());
    }

    @Test
    void whatANewerVersionWroteAndWhatIsNoFrameIsRefused() {
        byte[] newer = new ReplayedRecord(FROM, 1, 2, frame(FROM)).encode();
        newer[1]++;
        assertThatThrownBy(() -> ReplayedRecord.decode(newer))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("newer version");
        assertThatThrownBy(() -> ReplayedRecord.inRun(new byte[] {1, 2, 3, 4, 5}, FROM, TO))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("not a frame");
    }
}
