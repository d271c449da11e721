package io.weirflow.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.protocol.Fixtures;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.id.CallId;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OwnRecordTest {

    private static final List<OwnRecord> ALL = List.of(
            new OwnRecord.Tick(new Incarnation(300)),
            new OwnRecord.Result(
                    Incarnation.FIRST, new CallId(3, 70_000, 2), false, "{}".getBytes(StandardCharsets.UTF_8)),
            new OwnRecord.Result(
                    new Incarnation(2), new CallId(0, 0, 0), true, "fällt aus".getBytes(StandardCharsets.UTF_8)));

    @Test
    void everyKindComesBack() {
        for (OwnRecord one : ALL) {
            byte[] bytes = OwnRecordCodec.encode(one);
            assertThat(OwnRecordCodec.isOwn(bytes)).isTrue();
            assertThat(OwnRecordCodec.decode(bytes)).isEqualTo(one);
        }
    }

    /** The file is never changed but for lines at its end: these bytes are in topics. */
    @Test
    void recordsOfVersion1AreReadAndStillWritten() {
        List<String> lines = new String(Fixtures.bytes("wire/own-records-v1.hex"), StandardCharsets.US_ASCII)
                .lines()
                .toList();
        assertThat(lines).hasSameSizeAs(ALL);
        for (int i = 0; i < ALL.size(); i++) {
            byte[] fixture = HexFormat.of().parseHex(lines.get(i));
            assertThat(OwnRecordCodec.decode(fixture)).isEqualTo(ALL.get(i));
            assertThat(OwnRecordCodec.encode(ALL.get(i))).isEqualTo(fixture);
        }
    }

    @Test
    void framesAndOthersAreNotOwnRecords() {
        byte[] frame = new FrameBuilder(new SenderId(0, Incarnation.FIRST, 0), false, 0, 0).build(1, false);
        assertThat(OwnRecordCodec.isOwn(frame)).isFalse();
        assertThat(OwnRecordCodec.isOwn(new byte[0])).isFalse();
        assertThat(OwnRecordCodec.isOwn(new byte[] {1, 1, 2, 0, 1})).isFalse();
    }

    @Test
    void whatANewerVersionWroteAndWhatIsCutIsRefused() {
        for (OwnRecord one : ALL) {
            byte[] newer = OwnRecordCodec.encode(one);
            newer[1]++;
            assertThatThrownBy(() -> OwnRecordCodec.decode(newer))
                    .isInstanceOf(WireFormatException.class)
                    .hasMessageContaining("newer version");
            byte[] whole = OwnRecordCodec.encode(one);
            for (int length = 3; length < whole.length; length++) {
                byte[] cut = java.util.Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> OwnRecordCodec.decode(cut)).isInstanceOf(WireFormatException.class);
            }
        }
    }
}
