package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.frame.FrameBuilder;
import io.weirflow.protocol.frame.ReplayedRecord;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.row.RowCodec;
import io.weirflow.worker.codegen.CodecCompiler;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LookAheadTest {

    private static final RowType TYPE = RowType.of(Column.of("v", Scalar.BIGINT));
    private static final int ROWS = 100;

    private final List<Long> shown = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private final List<ReplayedRecord> records = new ArrayList<>();
    private final FrameBuilder frames = new FrameBuilder(new SenderId(0, Incarnation.FIRST, 0), false, 0, 0);
    private boolean wanted = true;
    private int keys = ROWS;
    private long next;

    /** What the rows are shown to. */
    private final class Seer implements Node {
        @Override
        public void accept(Row row, long eventTimeMs) {
            throw new AssertionError("nothing is processed");
        }

        @Override
        public boolean looksAhead() {
            return wanted;
        }

        @Override
        public void expect(Row row, long eventTimeMs) {
            shown.add(row.getLong(0));
            times.add(eventTimeMs);
        }

        @Override
        public int prefetch() {
            return keys;
        }
    }

    private LookAhead lookAhead(boolean processingTime) {
        Node seer = new Seer();
        StepChain chain = new StepChain(List.of(seer), List.of(), new Node[][] {{seer}}, new Node[][] {{}}, 0);
        List<StageInput.Port> ports = List.of(new StageInput.Port(0, TYPE));
        return new LookAhead(chain, new FrameRows(ports, new CodecCompiler()), processingTime);
    }

    private static Row row(long value) {
        MutableRow row = new MutableRow(1);
        row.setLong(0, value);
        return row;
    }

    private void frame() {
        for (int i = 0; i < ROWS; i++) {
            byte[] bytes = new RowCodec(TYPE).toBytes(row(next));
            frames.add(0, next++, bytes, 0, bytes.length);
        }
        record(frames.build(FrameBuilder.NO_WATERMARK, false));
    }

    private void record(byte[] value) {
        records.add(new ReplayedRecord(Incarnation.FIRST, records.size(), 7_000, value));
    }

    /** Returns before how many of so many records rows were shown. */
    private int looks(LookAhead ahead, int recordsTaken) {
        int looks = 0;
        for (int i = 0; i < recordsTaken; i++) {
            if (ahead.due()) {
                looks++;
                ahead.look(records.iterator());
            }
            records.remove(0);
        }
        return looks;
    }

    @Test
    void showsTheRowsOfSeveralRecordsOnce() {
        for (int i = 0; i < 8; i++) {
            frame();
        }
        // Six frames hold more rows than are shown at once.
        assertThat(looks(lookAhead(false), 8)).isEqualTo(2);
        assertThat(shown).hasSize(8 * ROWS).doesNotHaveDuplicates().isSorted();
        assertThat(times).isEqualTo(shown);
    }

    @Test
    void rowsHaveTheTimeOfTheirRecordWhereThatCounts() {
        frame();
        assertThat(looks(lookAhead(true), 1)).isEqualTo(1);
        assertThat(times).hasSize(ROWS).containsOnly(7_000L);
    }

    @Test
    void looksSeldomWhereItIsNotWorthIt() {
        keys = 1;
        for (int i = 0; i < 50; i++) {
            frame();
        }
        assertThat(looks(lookAhead(false), 50)).isEqualTo(1);
    }

    @Test
    void doesNotLookUnlessAStepWantsIt() {
        wanted = false;
        frame();
        assertThat(looks(lookAhead(false), 1)).isZero();
        assertThat(shown).isEmpty();
    }

    @Test
    void leavesWhatCannotBeReadToWhoeverProcessesIt() {
        frame();
        record(new byte[] {1, 2, 3});
        frame();
        LookAhead ahead = lookAhead(false);
        Iterator<ReplayedRecord> waiting = records.iterator();
        assertThat(ahead.due()).isTrue();
        ahead.look(waiting);
        assertThat(shown).hasSize(ROWS);
        // The record that is broken counts as looked through.
        assertThat(ahead.due()).isFalse();
        assertThat(ahead.due()).isTrue();
    }
}
