package io.weirflow.protocol.savepoint;

import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.chain.SenderState;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.Progress.Course;
import io.weirflow.protocol.checkpoint.Progress.SinkState;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import java.util.List;

/** What a slot's progress becomes in the run that goes on from a savepoint: a pure function. */
public final class RestoredProgress {

    private RestoredProgress() {}

    /**
     * A part of an inbox.
     *
     * @param start offset of the first record
     * @param end offset behind the last one
     */
    public record Span(long start, long end) {}

    /**
     * Returns the progress with which the slot begins.
     *
     * <p>Rows for sinks that keep their numbers outside are counted from 1 again: to what is outside, the run is a new one. Where the number of the last row is
     * in the changelog, rows keep their numbers: those that took effect after the checkpoint are made once more, and passed over.
     *
     * <p>The slot makes once more what it had made by then, so it must do so with the version of its stage that it had (rule R12): the bound up to where former
     * lives may have come goes on to hold. In an inbox it is behind all that was written back, among which a former run may have left records that count, too.
     *
     * @param saved as of the checkpoint, with the numbers that the changelog had by then
     * @param reach how many records any life of the slot may have taken by the end of what was saved
     * @param incarnation of the new run
     * @param inbox what was written back into the slot's inbox; of no importance to a slot that reads a source
     */
    public static Progress of(Progress saved, long reach, StagePlan stage, Incarnation incarnation, Span inbox) {
        List<SenderState> senders = saved.senders().stream()
                .map(sender -> new SenderState(
                        new SenderId(
                                sender.sender().stage(),
                                incarnation,
                                sender.sender().partition()),
                        sender.lastSequence(),
                        sender.hash(),
                        sender.watermarkMs(),
                        sender.idle()))
                .toList();
        List<SinkState> sinks = saved.sinks().stream()
                // They are there before a checkpoint covers the rows.
                .filter(sink -> sink.publishedSequence() > 0 || sink.intendedSequence() > 0)
                .toList();
        return new Progress(
                incarnation,
                // A slot with a checkpoint begins at its position and nowhere else.
                Math.max(1, saved.checkpoint()),
                stage.input() instanceof StageInput.Inbox ? inbox.start() : saved.nextPosition(),
                saved.watermarkMs(),
                saved.maxEventTimeMs(),
                saved.finished(),
                senders,
                saved.outputs(),
                sinks,
                course(saved.course().taken(), reach, stage, inbox));
    }

    private static Course course(long taken, long reach, StagePlan stage, Span inbox) {
        boolean alone = reach <= taken;
        long ahead = stage.input() instanceof StageInput.Inbox ? inbox.end() - inbox.start() : reach - taken;
        return new Course(stage.version(), taken, alone ? taken : taken + ahead);
    }
}
