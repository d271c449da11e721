package io.weirflow.worker.slot;

import io.weirflow.api.connector.SinkContext;
import io.weirflow.api.operator.Operator;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.api.pipeline.Step;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.chain.ChainLedger;
import io.weirflow.protocol.chain.ChainLedger.SenderStage;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.Progress.Course;
import io.weirflow.protocol.control.ControlRecord.SlotAssigned;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.state.StateCorruptException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
         * not count: it is asked with each term under which a slot is opened, and before anything of the slot is read in the log (rule R7). May block.
         *
         * @param term of the lease, see {@link io.weirflow.worker.sink.Committer#ensureLease}
         * @throws io.weirflow.protocol.log.LogException when the slot is another's
         */
        void check(long term);
    }

    public SlotOpener(SlotEnvironment environment) {
        this.environment = environment;
    }

    /** {@link #open(SlotId, PoisonedRows, SlotMetrics, SlotListener, Ownership, Supplier, long)} of a slot of which nothing is open in this process. */
    public Slot open(
            SlotId id, PoisonedRows poisoned, SlotMetrics metrics, SlotListener listener, Ownership ownership) {
        return open(id, poisoned, metrics, listener, ownership, Optional::empty, SlotAssigned.UNKNOWN);
    }

    /**
     * Opens a slot as it was committed last.
     *
     * @param poisoned rows of its log that are known to make it fail, and what was decided on them
     * @param metrics where it counts; the same for every life of the slot in this process
     * @param ownership asked after the lease was taken and before the state is read
     * @param atHand gives what is open of the slot already: by whoever followed it before it was this worker's, or by its life before, which stands at a
     *     cut. It is closed when the slot cannot be opened
     * @param changelogEnd where the slot's changelog ends by what its former owner said, {@link SlotAssigned#UNKNOWN} when that may not be so any more
     * @throws RuntimeException when it cannot be opened: a {@link SlotFailure}, or what logs, state and connectors throw
     */
    public Slot open(
            SlotId id,
            PoisonedRows poisoned,
            SlotMetrics metrics,
            SlotListener listener,
            Ownership ownership,
            Supplier<Optional<Replica>> atHand,
            long changelogEnd) {
        LogPartition changelog = changelog(id);
        // Files are a cache, and need no right to the slot: others may wait for the lease at the same time.
        Optional<Replica> local = atHand.get().or(() -> openFiles(id));
        listener.opening(OpeningStep.OPENED);
        long term = takeOver(changelog, ownership, local);
        listener.opening(OpeningStep.LEASED);
        RestoredState restored = new StateRestorer(
                        changelog,
                        environment.changelogs(),
                        environment.incarnation(),
                        environment.committer(),
                        term,
                        environment.restored(),
                        listener)
                .restore(environment.states(), id, local, changelogEnd);
        listener.opening(OpeningStep.RESTORED);
        Progress progress = restored.progress();
        Course course = claim(id, progress);
        ReachClaim claim = new ReachClaim(environment.committer(), term, changelog, progress.withCourse(course));
        if (course.stageVersion() == progress.course().stageVersion()) {
            claim.begin();
        }
        boolean goesAhead = restored.formerOwners() && SlotCourse.mayGoAhead(progress.course(), course);
        Slot slot;
        try {
            slot = new SlotOpener(environment.at(id.stage(), course.stageVersion()))
                    .assemble(
                            id,
                            changelog,
                            term,
                            restored,
                            new SlotCourse(
                                    progress.course(),
                                    course,
                                    environment.settings().minReachRecords()),
                            poisoned.under(course.stageVersion()),
                            metrics,
                            listener);
        } catch (Throwable e) {
            claim.abandon();
            Closing.quietly("state", () -> restored.store().close());
            throw e;
        }
        listener.opening(OpeningStep.CONNECTED);
        try {
            if (!goesAhead) {
                // Another version is claimed only now: one that cannot be opened leaves everything as it was.
                claim.complete();
            }
            slot.claims(claim);
            slot.requestUpgrade(environment.pipeline().stage(id.stage()).version());
            listener.opening(OpeningStep.CLAIMED);
            return slot;
        } catch (Throwable e) {
            slot.close();
            throw e;
        }
    }

    /** Returns what is there locally; empty when it is damaged, which whoever restores it finds out again, and removes. */
    private Optional<Replica> openFiles(SlotId id) {
        try {
            return Optional.of(openReplica(id));
        } catch (StateCorruptException e) {
            return Optional.empty();
        }
    }

    private long takeOver(LogPartition changelog, Ownership ownership, Optional<Replica> local) {
        try {
            long term = environment.committer().ensureLease(changelog);
            ownership.check(term);
            return term;
        } catch (Throwable e) {
            local.ifPresent(replica -> Closing.quietly("state", replica::close));
            throw e;
        }
    }

    /** Returns how far this life of the slot may come, and with which version of its stage. */
    private Course claim(SlotId id, Progress restored) {
        int newest = environment.pipeline().stage(id.stage()).version();
        return restored.finished()
                ? restored.course()
                : SlotCourse.claim(
                        restored.course(),
                        newest,
                        environment.settings().openingReachRecords(),
                        environment.settings().minReachRecords());
    }

    /**
     * Opens the local state of a slot, to be brought along its changelog. Blocks.
     *
     * @throws io.weirflow.state.StateCorruptException when it is damaged: remove it and open it again
     */
    public Replica openReplica(SlotId id) {
        return Replica.open(environment.states(), id, changelog(id), environment.incarnation());
    }

    /**
     * Compiles what slots of a stage need, so that the first one to be opened does not wait for it. Takes up to a second in a process that has compiled
     * nothing yet.
     *
     * @throws RuntimeException when it cannot be compiled, as {@link #open} would
     */
    public void compile(int stageId) {
        StagePlan stage = environment.pipeline().stage(stageId);
        if (stage.input() instanceof StageInput.Inbox inbox) {
            inbox.ports().forEach(port -> environment.compiler().codecs().reader(port.rowType()));
        }
        Set<Integer> fused = StepRuns.of(stage, environment.compiler().chains()).stream()
                .flatMap(run -> run.steps().stream())
                .map(Step::id)
                .collect(Collectors.toSet());
        for (Step step : stage.steps()) {
            if (step.spec() instanceof StepSpec.Send send) {
                SendNode.compile(step, send, environment.compiler());
            } else if (!fused.contains(step.id())
                    && !(step.spec() instanceof StepSpec.Sink)
                    && !(step.spec() instanceof StepSpec.Call)) {
                Operator unused = environment.operators().create(step);
            }
        }
    }

    /**
     * Connects to the logs that slots of a stage read from and send to, and looks for its destinations, for the same reason. May block.
     *
     * @throws io.weirflow.protocol.log.LogException when a log cannot be reached
     * @throws io.weirflow.api.connector.ConnectorException when a destination is not there
     */
    public void connect(SlotId any) {
        environment.changelogs().connect(changelog(any));
        StagePlan stage = environment.pipeline().stage(any.stage());
        for (Step step : stage.steps()) {
            if (step.spec() instanceof StepSpec.Send send) {
                String to = environment.pipeline().stage(send.stage()).uid();
                environment
                        .sender()
                        .connect(Names.inboxTopic(environment.pipeline().name(), to));
            } else if (step.spec() instanceof StepSpec.Sink sink) {
                SinkContext unused = new Endpoints(environment).prepared(sink, step.inputType(), stage.slots());
            }
        }
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
            LogPartition changelog,
            long term,
            RestoredState restored,
            SlotCourse course,
            PoisonedRows poisoned,
            SlotMetrics metrics,
            SlotListener listener) {
        StagePlan stage = environment.pipeline().stage(id.stage());
        Progress progress = restored.progress();
        OutstandingSends sends = new OutstandingSends(metrics);
        SenderId self = new SenderId(id.stage(), environment.incarnation(), id.partition());
        SlotOutputs outputs = new SlotOutputs(
                environment.pipeline(),
                stage,
                self,
                environment.sender(),
                sends,
                environment.receivers(),
                environment.settings().inboxLimitBytes());
        outputs.restore(progress.outputs());
        SlotParts.Room room = new SlotParts.Room(environment.settings(), sends, environment.sender(), restored.store());
        RecordPlace place = new RecordPlace();
        ChainBuilder builder = new ChainBuilder(
                environment, id, stage, changelog, restored, outputs, sends, place, metrics, room::hasRoom);
        StepChain chain = builder.build();
        SlotCalls calls = builder.calls();
        try {
            room.chain(chain);
            @Nullable ChainLedger ledger = ledger(stage.input(), progress).orElse(null);
            SlotInput input = ledger == null
                    ? openSource(id, (StageInput.Source) stage.input(), chain, place, poisoned, metrics, room, progress)
                    : openInbox(id, stage, chain, calls, place, poisoned, room, ledger, metrics, listener, progress);
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
                    room,
                    course);
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
            PoisonedRows poisoned,
            SlotParts.Room room,
            ChainLedger ledger,
            SlotMetrics metrics,
            SlotListener listener,
            Progress progress) {
        LogPartition inbox =
                new LogPartition(Names.inboxTopic(environment.pipeline().name(), stage.uid()), id.partition());
        List<RowType> rowTypes = ((StageInput.Inbox) stage.input())
                .ports().stream().map(StageInput.Port::rowType).toList();
        boolean timed = isInProcessingTime((StageInput.Inbox) stage.input());
        return new InboxInput(
                inbox,
                ((StageInput.Inbox) stage.input()).ports(),
                ledger,
                chain,
                place,
                new RowGuard(poisoned, chain, rowTypes, place),
                room::mayRead,
                environment.settings().maxInboxBytes(),
                metrics,
                listener,
                progress.checkpoint() == 0 ? environment.inboxStart().applyAsLong(id) : progress.nextPosition(),
                timed ? new ProcessingTime(progress.maxEventTimeMs()) : null,
                timed ? new Ticker(environment.sender(), inbox, environment.incarnation()) : null,
                calls,
                environment.compiler().codecs());
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
            PoisonedRows poisoned,
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
                    new RowGuard(poisoned, chain, List.of(source.rowType()), place),
                    errors,
                    metrics,
                    room::mayRead,
                    progress.nextPosition(),
                    progress.maxEventTimeMs());
        } catch (Throwable e) {
            Closing.quietly("input", opened.reader()::close);
            throw e;
        }
    }
}
