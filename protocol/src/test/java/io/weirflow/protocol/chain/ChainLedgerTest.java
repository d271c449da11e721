package io.weirflow.protocol.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.chain.ChainLedger.SenderStage;
import io.weirflow.protocol.frame.FrameBuilder;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The cases of rules R4 and R9. */
final class ChainLedgerTest {

    private static final Incarnation SECOND = new Incarnation(2);
    private static final SenderId A = new SenderId(1, SECOND, 0);
    private static final SenderId B = new SenderId(1, SECOND, 1);

    private final ChainLedger ledger = newLedger();
    private final FrameReader reader = new FrameReader();

    @Test
    void theNextFrameIsTakenWhole() {
        FrameBuilder a = builder(A);
        assertThat(offer(frame(a, "1", "2"))).isEqualTo(new Verdict.Accept(0, 0));
        assertThat(offer(frame(a, "3"))).isEqualTo(new Verdict.Accept(0, 0));
        assertThat(ledger.states().get(0).lastSequence()).isEqualTo(3);
        assertThat(ledger.states().get(1)).isEqualTo(SenderState.initial(B));
    }

    @Test
    void aDuplicateGivesNoRowAgain() {
        FrameBuilder a = builder(A);
        byte[] first = frame(a, "1", "2");
        offer(first);
        assertThat(offer(first)).isEqualTo(new Verdict.Accept(0, 2));
        assertThat(reader.next()).isFalse();
        offer(frame(a, "3"));
        assertThat(offer(first)).isEqualTo(new Verdict.Duplicate());
    }

    @Test
    void anOverlapIsSkippedAndTheReaderStandsAtTheFirstNewRow() {
        offer(frame(builder(A), "1", "2"));
        assertThat(offer(frame(builder(A), "1", "2", "3", "4"))).isEqualTo(new Verdict.Accept(0, 2));
        assertThat(reader.next()).isTrue();
        assertThat(reader.eventTimeMs()).isEqualTo(3);
    }

    @Test
    void aGapIsRejectedUntilTheMissingRowsCome() {
        FrameBuilder a = builder(A);
        byte[] lost = frame(a, "1", "2");
        byte[] after = frame(a, "3");
        assertThat(offer(after)).isEqualTo(new Verdict.Gap(1));
        assertThat(ledger.states().get(0)).isEqualTo(SenderState.initial(A));
        assertThat(offer(lost)).isInstanceOf(Verdict.Accept.class);
        assertThat(offer(after)).isEqualTo(new Verdict.Accept(0, 0));
    }

    @Test
    void divergenceIsFoundWhateverTheFraming() {
        offer(frame(builder(A), "1", "2", "3"));
        assertThat(offer(frame(builder(A), "1", "X", "3", "4"))).isEqualTo(new Verdict.Diverged(3));
        FrameBuilder other = builder(A);
        frame(other, "1", "X", "3");
        assertThat(offer(frame(other, "4"))).isEqualTo(new Verdict.Diverged(3));
        assertThat(ledger.states().get(0).lastSequence()).isEqualTo(3);
    }

    @Test
    void framesOfOtherRunsAreDroppedWhoeverSentThem() {
        FrameBuilder a = builder(A);
        offer(frame(a, "1", "2"));
        for (Incarnation other : List.of(Incarnation.FIRST, SECOND.next())) {
            assertThat(offer(frame(builder(new SenderId(1, other, 0)), "1"))).isEqualTo(new Verdict.OtherRun());
            assertThat(offer(frame(builder(new SenderId(9, other, 0)), "1"))).isEqualTo(new Verdict.OtherRun());
        }
        assertThat(offer(frame(a, "3"))).isInstanceOf(Verdict.Accept.class);
        assertThat(ledger.states().get(0).sender()).isEqualTo(A);
    }

    @Test
    void sendersThatThePlanDoesNotNameAreUnknown() {
        for (SenderId stranger : List.of(
                new SenderId(1, SECOND, 2),
                new SenderId(0, SECOND, 0),
                new SenderId(2, SECOND, 0),
                new SenderId(9, SECOND, 0))) {
            assertThat(offer(frame(builder(stranger), "1"))).isEqualTo(new Verdict.Unknown());
        }
    }

    @Test
    void theWatermarkIsTheSmallestOfAllSendersAndWaitsForTheLastToBeHeard() {
        FrameBuilder a = builder(A);
        FrameBuilder b = builder(B);
        assertThat(mark(a, 100, false)).isFalse();
        assertThat(ledger.watermarkMs()).isEqualTo(Long.MIN_VALUE);
        assertThat(mark(b, 50, false)).isTrue();
        assertThat(ledger.watermarkMs()).isEqualTo(50);
        assertThat(mark(a, 200, false)).isFalse();
        assertThat(mark(b, 150, false)).isTrue();
        assertThat(ledger.watermarkMs()).isEqualTo(150);
    }

    @Test
    void theWatermarkNeverGoesBackAndIdleSendersDoNotHoldIt() {
        FrameBuilder a = builder(A);
        FrameBuilder b = builder(B);
        mark(a, 100, false);
        mark(b, 50, false);
        assertThat(mark(b, FrameBuilder.NO_WATERMARK, true)).isTrue();
        assertThat(ledger.watermarkMs()).isEqualTo(100);
        assertThat(ledger.idle()).isFalse();
        assertThat(mark(b, 60, false)).isFalse();
        assertThat(ledger.watermarkMs()).isEqualTo(100);
        assertThat(mark(b, 40, false)).isFalse();
        assertThat(ledger.states().get(1).watermarkMs()).isEqualTo(60);
        mark(a, FrameBuilder.NO_WATERMARK, true);
        mark(b, FrameBuilder.NO_WATERMARK, true);
        assertThat(ledger.idle()).isTrue();
        assertThat(ledger.watermarkMs()).isEqualTo(100);
    }

    @Test
    void theLastWatermarkBeforeTheEndIsTheLargestInWhateverOrderSendersEnd() {
        FrameBuilder a = builder(A);
        FrameBuilder b = builder(B);
        mark(a, 100, false);
        mark(a, Long.MAX_VALUE, false);
        assertThat(mark(b, 50, false)).isTrue();
        assertThat(mark(b, Long.MAX_VALUE, false)).isTrue();
        assertThat(ledger.watermarkMs()).isEqualTo(Long.MAX_VALUE);
        assertThat(ledger.lastFiniteMs()).isEqualTo(100);
    }

    @Test
    void anIdleSenderHasNotEnded() {
        FrameBuilder a = builder(A);
        FrameBuilder b = builder(B);
        mark(a, 100, false);
        mark(b, 50, true);
        assertThat(ledger.watermarkMs()).isEqualTo(100);
        assertThat(mark(a, Long.MAX_VALUE, false)).isFalse();
        assertThat(ledger.watermarkMs()).isEqualTo(100);
        assertThat(ledger.idle()).isTrue();
        assertThat(offer(frame(b, "wakes"))).isInstanceOf(Verdict.Accept.class);
        assertThat(ledger.idle()).isFalse();
        assertThat(mark(b, 170, false)).isTrue();
        assertThat(ledger.watermarkMs()).isEqualTo(170);
        assertThat(mark(b, Long.MAX_VALUE, false)).isTrue();
        assertThat(ledger.watermarkMs()).isEqualTo(Long.MAX_VALUE);
        assertThat(ledger.idle()).isFalse();
    }

    /** What is due up to the largest time must not wait for somebody to wake. */
    @Test
    void whenAllAreIdleTheLargestWatermarkCountsInWhateverOrderTheyFellSilent() {
        for (boolean leaderFirst : new boolean[] {true, false}) {
            ChainLedger one = newLedger();
            FrameBuilder ahead = builder(A);
            FrameBuilder behind = builder(B);
            mark(one, ahead, 100, false);
            mark(one, behind, 50, false);
            mark(one, leaderFirst ? ahead : behind, FrameBuilder.NO_WATERMARK, true);
            assertThat(one.watermarkMs()).isEqualTo(leaderFirst ? 50 : 100);
            assertThat(mark(one, leaderFirst ? behind : ahead, FrameBuilder.NO_WATERMARK, true))
                    .isEqualTo(leaderFirst);
            assertThat(one.watermarkMs()).isEqualTo(100);
            assertThat(one.idle()).isTrue();
            assertThat(mark(one, behind, 70, false)).isFalse();
            assertThat(one.idle()).isFalse();
            assertThat(one.watermarkMs()).as("late rows do not bring it back").isEqualTo(100);
            assertThat(mark(one, behind, 130, false)).isTrue();
            assertThat(one.watermarkMs()).isEqualTo(130);
        }
    }

    @Test
    void anIdleSenderBesideOneThatHasEndedHoldsNothingBack() {
        FrameBuilder a = builder(A);
        FrameBuilder b = builder(B);
        mark(b, 50, false);
        mark(a, 100, false);
        mark(a, Long.MAX_VALUE, false);
        assertThat(ledger.watermarkMs()).isEqualTo(50);
        assertThat(mark(b, FrameBuilder.NO_WATERMARK, true)).isTrue();
        assertThat(ledger.watermarkMs()).isEqualTo(100);
    }

    @Test
    void aSenderThatNeverSentARowMayBeIdle() {
        FrameBuilder a = builder(A);
        FrameBuilder b = builder(B);
        mark(b, FrameBuilder.NO_WATERMARK, true);
        assertThat(ledger.watermarkMs()).isEqualTo(Long.MIN_VALUE);
        assertThat(mark(a, 10, false)).isTrue();
        assertThat(ledger.watermarkMs()).isEqualTo(10);
    }

    @Test
    void aWatermarkBehindAGapIsNotTaken() {
        FrameBuilder a = builder(A);
        mark(builder(B), 500, false);
        frame(a, "lost");
        assertThat(offer(a.build(300, false))).isEqualTo(new Verdict.Gap(1));
        assertThat(ledger.watermarkMs()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void aRestoredLedgerGoesOnWhereItsCheckpointWas() {
        FrameBuilder a = builder(A);
        mark(builder(B), 50, false);
        mark(a, 70, false);
        offer(frame(a, "1"));
        ChainLedger restored = newLedger();
        restored.restore(ledger.states(), ledger.watermarkMs(), ledger.lastFiniteMs());
        assertThat(restored.states()).isEqualTo(ledger.states());
        assertThat(restored.watermarkMs()).isEqualTo(50);
        reader.open(frame(a, "2"));
        assertThat(restored.offer(reader)).isEqualTo(new Verdict.Accept(0, 0));
        reader.open(frame(builder(A), "1", "Y", "3"));
        assertThat(restored.offer(reader)).isEqualTo(new Verdict.Diverged(2));
    }

    private static ChainLedger newLedger() {
        return new ChainLedger(List.of(new SenderStage(1, 2)), SECOND);
    }

    private static FrameBuilder builder(SenderId sender) {
        return new FrameBuilder(sender, false, 0, 0);
    }

    /** The rows' event times are their sequences. */
    private static byte[] frame(FrameBuilder builder, String... rows) {
        for (String row : rows) {
            byte[] bytes = row.getBytes(StandardCharsets.UTF_8);
            builder.add(0, builder.lastSequence() + 1, bytes, 0, bytes.length);
        }
        return builder.build(FrameBuilder.NO_WATERMARK, false);
    }

    private Verdict offer(byte[] frame) {
        reader.open(frame);
        return ledger.offer(reader);
    }

    private boolean mark(FrameBuilder builder, long watermarkMs, boolean idle) {
        return mark(ledger, builder, watermarkMs, idle);
    }

    private boolean mark(ChainLedger to, FrameBuilder builder, long watermarkMs, boolean idle) {
        reader.open(builder.build(watermarkMs, idle));
        Verdict verdict = to.offer(reader);
        assertThat(verdict).isInstanceOf(Verdict.Accept.class);
        return to.merge(((Verdict.Accept) verdict).sender(), reader.watermarkMs());
    }
}
