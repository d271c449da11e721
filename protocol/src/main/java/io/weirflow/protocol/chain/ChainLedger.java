package io.weirflow.protocol.chain;

import io.weirflow.protocol.frame.FrameBuilder;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a slot has taken from each of its senders: the chain rule (R4) and the merge of watermarks (R9). Everything here depends only on
 * the frames in their order, so it is the same after a replay. Used by the slot's thread.
 *
 * <p>The slot's watermark is the smallest of those senders that are not idle. It never goes back: a sender that wakes with older rows
 * makes late rows. When all are idle, or have ended, it goes to the largest of theirs: in which order they fell silent makes no difference. It
 * reaches the end of time only when every sender has.
 */
public final class ChainLedger {

    /**
     * A stage that sends to the inbox.
     *
     * @param stage its id
     * @param slots its number of slots, each a sender
     */
    public record SenderStage(int stage, int slots) {}

    private final Incarnation incarnation;
    private final List<SenderState> senders = new ArrayList<>();
    private final int[] firstOfStage;
    private final int[] slotsOfStage;
    private long watermarkMs = Long.MIN_VALUE;
    private long lastFiniteMs = Long.MIN_VALUE;

    /**
     * @param stages all senders of the inbox; known from the plan, so that one that was not heard of yet holds back the watermark
     * @param incarnation of the pipeline's data
     */
    public ChainLedger(List<SenderStage> stages, Incarnation incarnation) {
        this.incarnation = incarnation;
        int maxStage = stages.stream()
                .map(SenderStage::stage)
                .max(Comparator.naturalOrder())
                .orElse(-1);
        firstOfStage = new int[maxStage + 1];
        slotsOfStage = new int[maxStage + 1];
        for (SenderStage stage : stages) {
            firstOfStage[stage.stage()] = senders.size();
            slotsOfStage[stage.stage()] = stage.slots();
            for (int partition = 0; partition < stage.slots(); partition++) {
                senders.add(SenderState.initial(new SenderId(stage.stage(), incarnation, partition)));
            }
        }
    }

    /** Goes back to the states of a checkpoint. Senders that it does not name stay as they are. */
    public void restore(List<SenderState> states, long checkpointWatermarkMs, long checkpointLastFiniteMs) {
        for (SenderState state : states) {
            int index = indexOf(state.sender());
            if (index >= 0) {
                senders.set(index, state);
            }
        }
        watermarkMs = checkpointWatermarkMs;
        lastFiniteMs = checkpointLastFiniteMs;
    }

    /** Returns the run whose senders count. */
    public Incarnation incarnation() {
        return incarnation;
    }

    /** Returns the states for a checkpoint. */
    public List<SenderState> states() {
        return List.copyOf(senders);
    }

    /** Returns the smallest watermark of the senders that are not idle, or of all the largest; {@link Long#MIN_VALUE} before all were heard of. */
    public long watermarkMs() {
        return watermarkMs;
    }

    /**
     * Returns the largest watermark, but for the end of time, that any sender has sent. When all senders have ended, event time goes there
     * first and then to the end of time: the last watermarks of the senders count, in whatever order the ends arrive.
     */
    public long lastFiniteMs() {
        return lastFiniteMs;
    }

    /** Returns whether no sender holds back the watermark for now: each is idle or has ended, and not all have ended. */
    public boolean idle() {
        return senders.stream().allMatch(state -> state.idle() || ended(state))
                && !senders.stream().allMatch(ChainLedger::ended);
    }

    private static boolean ended(SenderState state) {
        return state.watermarkMs() == Long.MAX_VALUE;
    }

    /**
     * Decides about a frame that the reader has opened. After {@link Verdict.Accept} the reader stands at the first row to take, the frame
     * counts as taken, and its watermark is merged once {@link #merge} is called after the rows.
     */
    public Verdict offer(FrameReader frame) {
        if (!frame.sender().incarnation().equals(incarnation)) {
            return new Verdict.OtherRun();
        }
        int index = indexOf(frame.sender());
        if (index < 0) {
            return new Verdict.Unknown();
        }
        SenderState state = senders.get(index);
        long expected = state.lastSequence() + 1;
        if (frame.firstSequence() > expected) {
            return new Verdict.Gap(expected);
        }
        if (frame.lastSequence() < state.lastSequence()) {
            return new Verdict.Duplicate();
        }
        int skip = (int) (expected - frame.firstSequence());
        if (frame.skip(skip) != state.hash()) {
            return new Verdict.Diverged(state.lastSequence());
        }
        senders.set(
                index,
                new SenderState(
                        frame.sender(), frame.lastSequence(), frame.hashAfter(), state.watermarkMs(), frame.idle()));
        return new Verdict.Accept(index, skip);
    }

    /**
     * Merges the watermark of an accepted frame, after its rows were processed.
     *
     * @return whether the slot's watermark has advanced
     */
    public boolean merge(int sender, long frameWatermarkMs) {
        SenderState state = senders.get(sender);
        if (frameWatermarkMs != Long.MAX_VALUE) {
            lastFiniteMs = Math.max(lastFiniteMs, frameWatermarkMs);
        }
        if (frameWatermarkMs != FrameBuilder.NO_WATERMARK && frameWatermarkMs > state.watermarkMs()) {
            senders.set(
                    sender,
                    new SenderState(
                            state.sender(), state.lastSequence(), state.hash(), frameWatermarkMs, state.idle()));
        } else if (!state.idle()) {
            return false;
        }
        long smallest = smallestWatermark();
        if (smallest <= watermarkMs) {
            return false;
        }
        watermarkMs = smallest;
        return true;
    }

    private long smallestWatermark() {
        long smallest = Long.MAX_VALUE;
        boolean allEnded = true;
        for (SenderState state : senders) {
            if (!state.idle()) {
                smallest = Math.min(smallest, state.watermarkMs());
            }
            allEnded &= ended(state);
        }
        // Senders that have ended do not bring the end of time as long as an idle one may wake.
        return smallest < Long.MAX_VALUE || allEnded ? smallest : lastFiniteMs;
    }

    private int indexOf(SenderId sender) {
        int stage = sender.stage();
        if (stage >= slotsOfStage.length || sender.partition() >= slotsOfStage[stage]) {
            return -1;
        }
        return firstOfStage[stage] + sender.partition();
    }
}
