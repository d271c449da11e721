package io.weirflow.worker.slot;

import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.protocol.chain.ChainLedger;
import io.weirflow.protocol.chain.ChainLedger.SenderStage;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LogPartition;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens slots: takes the lease, restores the state, connects the steps. Blocks, so it runs on a thread of its own; the slot then goes to the
 * thread that runs it.
 */
public final class SlotOpener {

    private final SlotEnvironment environment;

    /** Whether the slot is this worker's still, asked once the lease is held. */
    @FunctionalInterface
    public interface Ownership {

        /**
         * Refuses when the slot has gone to another worker. To take a lease may be to take it back after a fence, so what was found out before does
         * not count: it is asked with each term under which a slot is opened, and before anything of the slot is read (rule R7). May block.
         *
         * @param term of the lease, see {@link io.weirflow.worker.sink.Committer#ensureLease}
         * @throws io.weirflow.protocol.log.LogException when the slot is another's
         */
        void check(long term);
    }

    public SlotOpener(SlotEnvironment environment) {
        this.environment = environment;
    }

    /** {@link #open(SlotId, SlotMetrics, SlotListener, Ownership, Supplier)} of a slot that was not followed. */
    public Slot open(SlotId id, SlotMetrics metrics, SlotListener listener, Ownership ownership) {
        return open(id, metrics, listener, ownership, Optional::empty);
    }

    /**
     * Opens a slot as it was committed last.
     *
     * @param metrics where it counts; the same for every life of the slot in this process
     * @param ownership asked after the lease was taken and before the state is read
     * @param followed gives the slot's replica, if it was followed before it was this worker's; asked after ownership
     * @throws RuntimeException when it cannot be opened: a {@link SlotFailure}, or what logs, state and connectors throw
     */
    public Slot open(
            SlotId id,
            SlotMetrics metrics,
            SlotListener listener,
            Ownership ownership,
            Supplier<Optional<Replica>> followed) {
        StagePlan stage = environment.pipeline().stage(id.stage());
        LogPartition changelog = changelog(id);
        long term = environment.committer().ensureLease();
        ownership.check(term);
        RestoredState restored = new StateRestorer(
                        changelog, environment.changelogs(), environment.incarnation(), environment.committer(), term)
                .restore(environment.states(), id, followed.get());
        try {
            return assemble(id, stage, changelog, term, restored, metrics, listener);
        } catch (Throwable e) {
            Closing.quietly("state", () -> restored.store().close());
            throw e;
        }
    }

    /**
     * Opens the local state of a slot, to be brought along its changelog. Blocks.
     *
     * @throws io.weirflow.state.StateCorruptException when it is damaged: remove it and open it again
     */
    public Replica openReplica(SlotId id) {
        return Replica.open(environment.states(), id, changelog(id), environment.incarnation());
    }

    private LogPartition changelog(SlotId id) {
        String uid = environment.pipeline().stage(id.stage()).uid();
        return new LogPartition(Names.changelogTopic(environment.pipeline().name(), uid), id.partition());
    }

    /** Completes a sink, after all slots of the pipeline have finished. Blocks. */
    public void completeSink(StepSpec.Sink sink, Step step, int partitions) {
        environment
                .connectors()
                .sink(sink.connector())
                .complete(new Endpoints(environment).sinkContext(sink, step.inputType(), partitions));
    }

    private Slot assemble(
            SlotId id,
            StagePlan stage,
            LogPartition changelog,
            long term,
            RestoredState restored,
            SlotMetrics metrics,
            SlotListener listener) {
        Progress progress = restored.progress();
        OutstandingSends sends = new OutstandingSends();
        SenderId self = new SenderId(id.stage(), environment.incarnation(), id.partition());
        SlotOutputs outputs = new SlotOutputs(environment.pipeline(), stage, self, environment.sender(), sends);
        outputs.restore(progress.outputs());
        SlotParts.Room room = new SlotParts.Room(environment.settings(), sends, environment.sender());
        RecordPlace place = new RecordPlace();
        ChainBuilder builder = new ChainBuilder(
                environment, id, stage, changelog, restored, outputs, sends, place, metrics, room::hasRoom);
        StepChain chain = builder.build();
        SlotCalls calls = builder.calls();
        try {
            room.chain(chain);
            @Nullable ChainLedger ledger = ledger(stage.input(), progress).orElse(null);
            SlotInput input = ledger == null
                    ? openSource(id, (StageInput.Source) stage.input(), chain, place, metrics, room, progress)
                    : openInbox(id, stage, chain, calls, place, room, ledger, listener, progress);
            SlotParts parts = new SlotParts(
                    environment.incarnation(),
                    input,
                    chain,
                    outputs,
                    sends,
                    restored.store(),
                    () -> environment.states().remove(id),
                    ledger,
                    environment.committer(),
                    term,
                    changelog,
                    metrics,
                    room);
            return new Slot(id, parts, progress, environment.settings(), listener);
        } catch (Throwable e) {
            calls.close();
            chain.close();
            throw e;
        }
    }

    private Optional<ChainLedger> ledger(StageInput input, Progress progress) {
        if (!(input instanceof StageInput.Inbox inbox)) {
            return Optional.empty();
        }
        List<SenderStage> senders = inbox.ports().stream()
                .map(StageInput.Port::fromStage)
                .distinct()
                .map(stage -> new SenderStage(
                        stage, environment.pipeline().stage(stage).slots()))
                .toList();
        ChainLedger ledger = new ChainLedger(senders, environment.incarnation());
        ledger.restore(progress.senders(), progress.watermarkMs(), progress.maxEventTimeMs());
        return Optional.of(ledger);
    }

    private SlotInput openInbox(
            SlotId id,
            StagePlan stage,
            StepChain chain,
            SlotCalls calls,
            RecordPlace place,
            SlotParts.Room room,
            ChainLedger ledger,
            SlotListener listener,
            Progress progress) {
        LogPartition inbox =
                new LogPartition(Names.inboxTopic(environment.pipeline().name(), stage.uid()), id.partition());
        boolean timed = isInProcessingTime((StageInput.Inbox) stage.input());
        return new InboxInput(
                inbox,
                ((StageInput.Inbox) stage.input()).ports(),
                ledger,
                chain,
                place,
                room::hasRoom,
                listener,
                progress.checkpoint() == 0 ? environment.inboxStart().applyAsLong(id) : progress.nextPosition(),
                timed ? new ProcessingTime(progress.maxEventTimeMs()) : null,
                timed ? new Ticker(environment.sender(), inbox, environment.incarnation()) : null,
                calls);
    }

    /** Rows get their time in the first inbox that they come to; there, all of them do (lint sees to it). */
    private boolean isInProcessingTime(StageInput.Inbox inbox) {
        return inbox.ports().stream()
                .map(port -> environment.pipeline().stage(port.fromStage()).input())
                .anyMatch(input -> input instanceof StageInput.Source source
                        && source.eventTime() instanceof EventTime.Processing);
    }

    private SlotInput openSource(
            SlotId id,
            StageInput.Source source,
            StepChain chain,
            RecordPlace place,
            SlotMetrics metrics,
            SlotParts.Room room,
            Progress progress) {
        ErrorRows errors = new ErrorRows(source.rowType(), place);
        Endpoints.Opened opened = new Endpoints(environment).open(source, id.partition());
        try {
            return new SourceInput(
                    source,
                    id.partition(),
                    opened.reader(),
                    opened.decoder(),
                    chain,
                    place,
                    errors,
                    metrics.source(),
                    room::hasRoom,
                    progress.nextPosition(),
                    progress.maxEventTimeMs());
        } catch (Throwable e) {
            Closing.quietly("input", opened.reader()::close);
            throw e;
        }
    }
}
