package io.weirflow.worker.slot;

import io.weirflow.protocol.frame.OwnRecordCodec;
import io.weirflow.protocol.frame.ReplayedRecord;
import java.util.Iterator;

/**
 * Shows rows that wait in an inbox to the steps before they are processed, so that steps with more state than memory read that of some hundred rows at once. It decides
 * nothing about records: those that the rules will drop are shown, too, and what cannot be read is left to whoever processes it. Used by the slot's thread.
 */
final class LookAhead {

    private static final int ROWS = 512;

    /** Where fewer rows than one in so many need state that is not in memory, looking ahead costs more than it saves. */
    private static final int WORTH_ONE_IN = 16;

    /** After it was not worth it, so many times the records are passed over. */
    private static final int PAUSE = 15;

    private final StepChain chain;
    private final FrameRows rows;
    private final boolean processingTime;

    /** Records to be processed before it looks again. */
    private int records;

    /** @param processingTime whether rows have the time of their record */
    LookAhead(StepChain chain, FrameRows rows, boolean processingTime) {
        this.chain = chain;
        this.rows = rows;
        this.processingTime = processingTime;
    }

    /** Returns whether to look now; to be asked before each record is processed. */
    boolean due() {
        if (records > 0) {
            records--;
            return false;
        }
        return chain.looksAhead();
    }

    /** @param waiting the record that is next and those that follow it, each decoded when it is asked for */
    void look(Iterator<ReplayedRecord> waiting) {
        int looked = 0;
        int shown = 0;
        try {
            while (shown < ROWS && waiting.hasNext()) {
                shown += show(waiting.next());
                looked++;
            }
        } catch (RuntimeException e) {
            // A record that cannot be read: the slot fails when it comes to it, not before.
            looked++;
        }
        boolean worthIt = chain.prefetch() * WORTH_ONE_IN >= shown;
        records = looked * (worthIt ? 1 : 1 + PAUSE) - 1;
    }

    /** Returns how many rows there were. */
    private int show(ReplayedRecord record) {
        if (OwnRecordCodec.isOwn(record.value())) {
            return 0;
        }
        rows.frame().open(record.value());
        while (rows.next()) {
            chain.expect(
                    rows.port(),
                    rows.row(),
                    processingTime ? record.timestampMs() : rows.frame().eventTimeMs());
        }
        return rows.frame().count();
    }
}
