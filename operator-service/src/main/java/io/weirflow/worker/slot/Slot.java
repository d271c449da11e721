package io.weirflow.worker.slot;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.protocol.chain.SenderState;
import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.Progress.Course;
import io.weirflow.protocol.checkpoint.Progress.SinkState;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.state.StateCorruptException;
import io.weirflow.state.StateException;
import io.weirflow.worker.sink.CommittedSink;
import io.weirflow.worker.sink.OutsideSink;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A slot at work: reads its log, runs its steps, sends their rows, takes checkpoints. One duty cycle is {@link #doWork}; nothing in it blocks
 * for long. Everything is the slot thread's, but for {@link #requestCheckpoint}, {@link #requestRelease}, {@link #requestReleaseWhenCaughtUp},
 * {@link #requestStop}, {@link #requestUpgrade} and {@link #metrics}.
 *
 * <p>Any trouble ends the slot: it is closed, says so to its listener, and is opened anew from its last checkpoint, here or elsewhere. There is
 * no other way back, so that there is only one to get right.
 */
public final class Slot {

    /** Less than a coordinator waits before it fences all that this worker has of the pipeline (rule R7). */
    private static final long RELEASE_PATIENCE_MS = 5_000;

    private final SlotId id;
    private final SlotParts parts;
    private final SlotSettings settings;
    private final SlotListener listener;
    private final SlotMetrics metrics;
    private final SlotCourse course;
    private final int stageVersion;
    private final List<CommittedSink> committedSinks;
    private final Deque<SinkCommit> sinkCommits = new ArrayDeque<>();
    private volatile Runnable wake = () -> {};
    private boolean started;
    private @Nullable ReachClaim claim;
    private @Nullable SlotCheckpoint checkpoint;
    private boolean checkpointSubmitted;
    private boolean checkpointBegun;
    private long checkpoints;
    private long changelogEnd = SlotStatus.NONE;
    private long lastCheckpointMs = Long.MIN_VALUE;
    private long creditAtMs = Long.MIN_VALUE;
    private boolean dirty;
    private boolean finished;
    private boolean caughtUp;
    private boolean leaves;
    private boolean leftInOrder;
    private long releaseSinceMs = Long.MIN_VALUE;
    private boolean savingBeforeRelease;
    private boolean savedBeforeRelease;
    private Life life = Life.RUNNING;
    private @Nullable SlotFailure failure;
    private boolean savingBeforeCut;
    private boolean savedBeforeCut;
    private boolean cutting;
    private @Nullable SlotCheckpoint cut;
    private boolean stopsAtImpassable;
    private volatile int upgradeTo;
    private volatile boolean checkpointRequested;
    private volatile boolean releaseRequested;
    private volatile boolean releaseWhenCaughtUp;
    private volatile boolean stopRequested;
    private volatile @Nullable SlotFailure stopReason;

    private enum Life {
        RUNNING,

        /** Everything is closed, but the committer has not answered yet: what it was given may still become durable. */
        ENDING,

        /** Nothing of this life will become durable any more. */
        CLOSED
    }

    Slot(SlotId id, SlotParts parts, Progress restored, SlotSettings settings, SlotListener listener) {
        this.id = id;
        this.parts = parts;
        this.settings = settings;
        this.listener = listener;
        this.metrics = parts.metrics();
        this.course = parts.course();
        this.stageVersion = course.version();
        this.committedSinks = parts.chain().sinks().stream()
                .flatMap(sink -> Optional.ofNullable(sink.committed()).stream())
                .toList();
        this.checkpoints = restored.checkpoint();
        this.finished = restored.finished();
        metrics.checkpoint(checkpoints);
        metrics.state(parts.store().approximateSizeBytes());
    }

    public SlotId id() {
        return id;
    }

    /** Returns what it counts; any thread. */
    public SlotMetrics metrics() {
        return metrics;
    }

    /** Returns whether it does nothing any more. */
    public boolean closed() {
        return life == Life.CLOSED;
    }

    /** Returns whether its input has ended and everything is committed. */
    public boolean finished() {
        return finished;
    }

    /**
     * Takes the claim of this life; before it runs. While that is not settled, the slot goes ahead as far as former lives may have come. A checkpoint that it
     * takes meanwhile is committed after the claim, or with it.
     *
     * @throws LogException when it is settled and not committed
     */
    void claims(ReachClaim begun) {
        claim = begun;
        if (settleClaim() == 0) {
            course.goAhead();
        }
    }

    private int settleClaim() {
        ReachClaim current = claim;
        if (current == null || !current.settled()) {
            return 0;
        }
        claim = null;
        changelogEnd = Math.max(changelogEnd, current.result());
        if (checkpoint == null) {
            course.committed(current.course());
        }
        // Else it heeds the smaller bound until that checkpoint is committed, too.
        return 1;
    }

    /** Asks for a checkpoint soon; any thread. */
    public void requestCheckpoint() {
        checkpointRequested = true;
        wake.run();
    }

    /** Asks to stop reading, commit and close; any thread. When a destination keeps a checkpoint waiting for seconds, it closes without. */
    public void requestRelease() {
        releaseRequested = true;
        wake.run();
    }

    /**
     * Asks the same of a slot that is to be opened by nobody for a while, for instance because its pipeline stops; any thread. A life that has died may have sent rows
     * out that no checkpoint knows. So this one goes on until it has made them again: until it has passed the point up to which others may have come, or has found
     * nothing more in its log, where they can only have read what was there.
     */
    public void requestReleaseWhenCaughtUp() {
        if (!releaseWhenCaughtUp) {
            releaseWhenCaughtUp = true;
            wake.run();
        }
    }

    /**
     * Asks to stop where no other life of the slot has come further, or at a record that none can pass, so that it goes on with a later version of its stage
     * (rule R12); any thread. Until then it runs on as it is.
     */
    public void requestUpgrade(int stageVersion) {
        if (stageVersion != upgradeTo) {
            upgradeTo = stageVersion;
            wake.run();
        }
    }

    /**
     * Asks to stop at once, without a commit; any thread.
     *
     * @param reason the failure to report, or null to report the slot as released
     */
    public void requestStop(@Nullable SlotFailure reason) {
        stopReason = reason;
        stopRequested = true;
        wake.run();
    }

    /**
     * Begins to read. Called once, first.
     *
     * @return the inbox, or null when the slot reads a source
     */
    public @Nullable LogPartition start(InboxReader reader) {
        return start(reader, () -> {});
    }

    /**
     * As the other.
     *
     * @param newWake called, on any thread, when a duty cycle may find something to do that is not in the inbox; must not block
     */
    public @Nullable LogPartition start(InboxReader reader, Runnable newWake) {
        wake = newWake;
        started = true;
        if (claim != null) {
            claim.whenSettled(newWake);
        }
        listener.started(
                checkpoints, parts.input().nextPosition(), parts.input().watermarkMs(), stageVersion);
        parts.input().onArrival(newWake);
        committedSinks.forEach(sink -> sink.onNews(newWake));
        if (finished) {
            listener.checkpointed(capture(checkpoints, true, course.last(stageVersion)));
        } else if (parts.input() instanceof InboxInput inbox) {
            inbox.start(reader);
            return inbox.inbox();
        }
        return null;
    }

    /** Returns whether it may have something to do that only waits for room. */
    public boolean waitsForRoom() {
        return life == Life.RUNNING && !finished && parts.room().waitsForAcknowledgements();
    }

    /** Returns whether it has nothing to do until it is woken or a record comes: what time alone makes due can wait for some tens of milliseconds. */
    public boolean rests() {
        boolean goesOver = upgradeTo > stageVersion;
        return life == Life.RUNNING
                && checkpoint == null
                && claim == null
                && !leaves
                && !goesOver
                && parts.input().rests()
                && parts.outputs().toldAll();
    }

    /** Takes a record of the inbox that the thread's reader has read. */
    public void enqueue(long offset, long timestampMs, byte[] value) {
        if (life == Life.RUNNING && parts.input() instanceof InboxInput inbox) {
            inbox.enqueue(offset, timestampMs, value);
        }
    }

    /**
     * Does one duty cycle.
     *
     * @param nowMs milliseconds of a clock that never goes back; results do not depend on it
     * @return how much was done; 0 when there was nothing to do
     */
    public int doWork(long nowMs) {
        if (life != Life.RUNNING) {
            return tryToEnd();
        }
        if (stopRequested) {
            return end(stopReason);
        }
        try {
            return cycle(nowMs);
        } catch (SlotFailure e) {
            fail(e);
        } catch (ConnectorException e) {
            fail(new SlotFailure(String.valueOf(e.getMessage()), e.retriable(), e));
        } catch (LogException e) {
            fail(new SlotFailure(String.valueOf(e.getMessage()), e.kind() != LogException.Kind.FATAL, e));
        } catch (StateException e) {
            fail(new SlotFailure(String.valueOf(e.getMessage()), true, e));
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            // Code of users' operators runs here: what it throws must end this slot alone.
            fail(new SlotFailure("unexpected failure: " + e, true, e));
        }
        return 1;
    }

    private int cycle(long nowMs) {
        checkSends();
        metrics.underWay(parts.sends().sizeBytes());
        int work = settleClaim() + settleSinkCommits() + settleCheckpoint(nowMs);
        lookForRelease(nowMs);
        if (finished) {
            return leaves ? leave() : work;
        }
        if (losesPatience(nowMs)) {
            return end(null);
        }
        heedReceivers(nowMs);
        work += process(nowMs);
        parts.chain().handOver();
        parts.chain().publish();
        work += parts.outputs().flush(nowMs, false);
        work += submitSinkRows();
        tellCredit(nowMs);
        if (checkpoint == null && !parts.chain().advancing()) {
            if (cutDue() || checkpointDue(nowMs)) {
                beginCheckpoint(nowMs);
                work++;
            } else if (savedBeforeRelease && !dirty && claim == null && sinkCommits.isEmpty()) {
                work += leave();
            }
        }
        return work;
    }

    /**
     * A slot that makes again what former lives may have made does not wait for those who get it: most of it is there already, and whoever is to stop in order, or to
     * change its version, waits for the end of that.
     */
    private void heedReceivers(long nowMs) {
        double taken = parts.outputs().windowTaken(nowMs);
        parts.room().windowTaken(course.alone() ? taken : 0);
    }

    private void tellCredit(long nowMs) {
        metrics.credit(parts.room().credit(), creditAtMs == Long.MIN_VALUE ? 0 : nowMs - creditAtMs);
        creditAtMs = nowMs;
    }

    private int leave() {
        leftInOrder = true;
        return end(null);
    }

    private int process(long nowMs) {
        int work;
        if (parts.chain().advancing()) {
            work = parts.hasRoom() ? 1 : 0;
            if (work > 0) {
                parts.chain().goOn();
            }
        } else {
            work = read(nowMs);
        }
        dirty |= work > 0 || parts.chain().advancing();
        if (!parts.chain().advancing()) {
            dirty |= parts.input().ended();
            tellWatermark();
        }
        metrics.progress(
                parts.input().nextPosition(),
                parts.input().watermarkMs(),
                parts.input().lag());
        return work;
    }

    private int read(long nowMs) {
        int allowed = takesNoMore() ? 0 : course.allowance(settings.recordsPerCycle());
        if (allowed == 0) {
            return 0;
        }
        if (upgradeTo > stageVersion && !stopsAtImpassable) {
            stopsAtImpassable = true;
            parts.input().stopAtImpassable();
        }
        long before = parts.input().recordsTaken();
        // Also without room, for time passes.
        int work = parts.input().poll(nowMs, Math.max(1, parts.room().records(allowed)));
        long records = parts.input().recordsTaken() - before;
        course.took(records);
        if (parts.input().stopped()) {
            course.nobodyPasses();
        }
        caughtUp |= releaseWhenCaughtUp && records == 0 && parts.input().lag() == 0;
        return work;
    }

    /** Whether the next checkpoint is this life's last. */
    private boolean takesNoMore() {
        return savedBeforeRelease || cutting;
    }

    /**
     * Finds out whether it stops to read. A slot that is to be let go takes a checkpoint while it goes on, and only then its last one, with the little
     * that has changed meanwhile: so it is silent for as long as that takes, and no longer.
     */
    private void lookForRelease(long nowMs) {
        if (releaseRequested && releaseSinceMs == Long.MIN_VALUE) {
            releaseSinceMs = nowMs;
        }
        caughtUp |= releaseWhenCaughtUp
                && (finished || course.alone() || parts.input().ended());
        leaves |= releaseRequested || caughtUp;
        savedBeforeRelease |= leaves && checkpoint == null && !dirty;
    }

    /** Whether a checkpoint before the release is kept waiting, by a destination that is away for instance. Whoever has the slot next does that work again. */
    private boolean losesPatience(long nowMs) {
        boolean submitted = checkpoint != null && checkpointSubmitted;
        return releaseRequested && !submitted && nowMs - releaseSinceMs > RELEASE_PATIENCE_MS;
    }

    /**
     * Finds out whether it goes over to another version of its stage: as with a release, by a checkpoint while it goes on where it may, and then the cut, which is the
     * checkpoint after which it takes no more. The input may have ended meanwhile, and then there is nothing left for another version.
     */
    private boolean cutDue() {
        boolean goesOver = upgradeTo > stageVersion
                && course.alone()
                && !leaves
                && !parts.input().ended();
        cutting = goesOver && (savedBeforeCut || !dirty || course.allowance(1) == 0);
        savingBeforeCut = goesOver && !cutting;
        return goesOver;
    }

    /** Receivers hear the last watermark before the end of time, too: what is due by it must not depend on when frames were sent. */
    private void tellWatermark() {
        SlotInput input = parts.input();
        if (parts.chain().waiting()) {
            // Rows that wait must not come late for it, and are not the last of an input that has ended.
            long watermarkMs = Math.min(input.watermarkMs(), input.lastFiniteWatermarkMs());
            parts.outputs().watermark(parts.chain().limit(watermarkMs), false);
        } else if (input.watermarkMs() == Long.MAX_VALUE) {
            parts.outputs().end(input.lastFiniteWatermarkMs());
        } else {
            parts.outputs().watermark(input.watermarkMs(), input.idle());
        }
    }

    private void checkSends() {
        Exception lost = parts.sends().failure();
        if (lost != null) {
            throw new SlotFailure("a frame or a row could not be sent: " + lost.getMessage(), true, lost);
        }
        for (SinkNode sink : parts.chain().sinks()) {
            OutsideSink external = sink.external();
            if (external != null && external.failure() != null) {
                throw new SlotFailure(String.valueOf(external.failure()), external.failureRetriable(), null);
            }
        }
    }

    /**
     * Hands what sinks write to the log to the committer: rows, and ledgers of effects. They join those that wait for the next transaction, so that one transaction takes all that came
     * while the one before ran.
     */
    private int submitSinkRows() {
        long bytes = 0;
        for (CommittedSink sink : committedSinks) {
            bytes += sink.waitingBytes();
        }
        SinkCommit last = sinkCommits.peekLast();
        if (bytes == 0 && last == null) {
            return 0;
        }
        boolean canWait = rowsCanWait();
        if (last != null && !canWait) {
            last.hurry();
        }
        if (bytes == 0) {
            return 0;
        }
        parts.room().sinkBytesUnderWay(bytes);
        metrics.sent(bytes);
        if (last == null || !last.add(committedSinks)) {
            SinkCommit commit = new SinkCommit(parts.term(), parts.changelog(), parts.committer(), canWait, wake);
            boolean unused = commit.add(committedSinks);
            sinkCommits.add(commit);
            parts.committer().submit(commit);
        }
        return 1;
    }

    /** Whether it makes no difference when its rows become visible. It does when somebody waits for the slot itself. */
    private boolean rowsCanWait() {
        return checkpoint == null
                && !leaves
                && upgradeTo <= stageVersion
                && settings.rowsCanWait(metrics.lag(), parts.room().sinkBytesUnderWay());
    }

    private int settleSinkCommits() {
        int settled = 0;
        SinkCommit first = sinkCommits.peek();
        while (first != null) {
            LogException problem = first.problem();
            if (problem != null) {
                throw problem;
            }
            if (!first.done()) {
                break;
            }
            sinkCommits.remove();
            changelogEnd = Math.max(changelogEnd, first.nextOffset());
            parts.room().sinkBytesUnderWay(-first.sizeBytes());
            settled++;
            first = sinkCommits.peek();
        }
        return settled;
    }

    private boolean checkpointDue(long nowMs) {
        boolean drawsBack = savedBeforeRelease && course.reachesTooFar();
        if (!dirty && !drawsBack) {
            return false;
        }
        if (lastCheckpointMs == Long.MIN_VALUE) {
            lastCheckpointMs = nowMs;
        }
        long afterMs = checkpointBegun ? settings.ownCheckpointAfterMs() : settings.firstCheckpointAfterMs();
        return checkpointRequested
                || leaves
                || parts.input().ended()
                || course.runsShort()
                || parts.store().overlayBytes() > settings.maxOverlayBytes()
                || nowMs - lastCheckpointMs >= afterMs;
    }

    private void beginCheckpoint(long nowMs) {
        checkpointRequested = false;
        savingBeforeRelease = leaves;
        checkpointBegun = true;
        lastCheckpointMs = nowMs;
        dirty = false;
        parts.chain().beforeCheckpoint();
        parts.outputs().flush(nowMs, true);
        submitSinkRows();
        Course ahead = takesNoMore()
                ? course.last(cutting ? upgradeTo : stageVersion)
                : course.next(upgradeTo, parts.input().lag());
        Progress progress = capture(checkpoints + 1, parts.input().ended(), ahead);
        metrics.overlay(parts.store().overlayBytes());
        checkpoint = new SlotCheckpoint(
                parts.term(),
                parts.changelog(),
                parts.store(),
                parts.store().freeze(),
                progress,
                parts.sends().close(),
                wake);
        checkpointSubmitted = false;
        for (SinkNode sink : parts.chain().sinks()) {
            OutsideSink external = sink.external();
            if (external != null) {
                external.requestCommit(sink.lastSequence());
            }
        }
    }

    private Progress capture(long number, boolean ended, Course ahead) {
        List<SinkState> sinks = parts.chain().sinks().stream()
                .map(sink -> new SinkState(sink.step(), sink.lastSequence(), 0))
                .toList();
        List<SenderState> senders =
                parts.ledger() == null ? List.of() : parts.ledger().states();
        return new Progress(
                parts.incarnation(),
                number,
                parts.input().nextPosition(),
                parts.input().watermarkMs(),
                parts.input().maxEventTimeMs(),
                ended,
                senders,
                parts.outputs().states(),
                sinks,
                ahead);
    }

    /** Moves the checkpoint on: to the committer once everything that it covers is durable, and to its end once it is committed. */
    private int settleCheckpoint(long nowMs) {
        SlotCheckpoint current = checkpoint;
        if (current == null) {
            return 0;
        }
        RuntimeException problem = current.problem();
        if (problem != null) {
            throw problem;
        }
        if (!checkpointSubmitted && current.sent() && sinksCover(current.progress())) {
            SinkCommit last = sinkCommits.peekLast();
            if (last != null) {
                // It goes before the checkpoint, which would not know of rows that were added from now on.
                last.close();
            }
            current.seal(submitted(CommittedSink::submittedSequence), submitted(CommittedSink::submittedIntent));
            parts.committer().submit(current);
            checkpointSubmitted = true;
            return 1;
        }
        // Both may have been committed since this cycle looked at the claim, which comes first: its bound is the older
        // one.
        if (!current.done() || claim != null) {
            return 0;
        }
        checkpoint = null;
        savedBeforeRelease |= savingBeforeRelease;
        savedBeforeCut |= savingBeforeCut;
        checkpoints = current.progress().checkpoint();
        changelogEnd = Math.max(changelogEnd, current.nextOffset());
        finished = current.progress().finished();
        metrics.checkpoint(checkpoints);
        metrics.checkpointTook(nowMs - lastCheckpointMs, nowMs);
        metrics.state(parts.store().approximateSizeBytes());
        course.committed(current.progress().course());
        listener.checkpointed(current.progress());
        if (cutting) {
            cut = current;
            return end(null);
        }
        return 1;
    }

    private boolean sinksCover(Progress progress) {
        for (SinkNode sink : parts.chain().sinks()) {
            OutsideSink external = sink.external();
            if (external != null && external.durableSequence() < sequenceOf(progress, sink.step())) {
                return false;
            }
        }
        return true;
    }

    private static long sequenceOf(Progress progress, int step) {
        return progress.sinks().stream()
                .filter(sink -> sink.step() == step)
                .mapToLong(SinkState::lastSequence)
                .findFirst()
                .orElse(0);
    }

    /** Returns what the commits before the next one make durable, for each sink that writes to the log. */
    private Map<Integer, Long> submitted(ToLongFunction<CommittedSink> number) {
        Map<Integer, Long> byStep = new HashMap<>();
        for (SinkNode sink : parts.chain().sinks()) {
            CommittedSink committed = sink.committed();
            if (committed != null) {
                byStep.put(sink.step(), number.applyAsLong(committed));
            }
        }
        return byStep;
    }

    /** The slot's log cannot be read. */
    public void fail(LogException problem) {
        fail(new SlotFailure(String.valueOf(problem.getMessage()), problem.kind() != LogException.Kind.FATAL, problem));
    }

    private void fail(SlotFailure problem) {
        int unused = end(problem);
    }

    /**
     * Stops, and says so once that is final. Somebody else may open the slot from then on, perhaps in another process and under another lease, so
     * nothing of this life may become durable afterwards (rule R7): what the committer was given has to be settled before.
     */
    private int end(@Nullable SlotFailure problem) {
        if (life == Life.RUNNING) {
            failure = problem;
            stopWork();
        }
        return tryToEnd();
    }

    private int tryToEnd() {
        if (life != Life.ENDING || !settled()) {
            return 0;
        }
        life = Life.CLOSED;
        if (failure != null) {
            closeFailed(failure);
        } else if (cut != null) {
            listener.upgraded(cut.standing());
        } else {
            // Before the files are closed, which takes a while: whoever has it next does not need them.
            listener.letGo(caughtUp && leftInOrder, lastChangelogEnd());
            parts.closeState();
            listener.released();
        }
        return 1;
    }

    /** One that lost its patience, or has not heard of all its commits, does not know where they end. */
    private long lastChangelogEnd() {
        return leftInOrder && sinkCommits.isEmpty() ? changelogEnd : SlotStatus.NONE;
    }

    private void closeFailed(SlotFailure problem) {
        parts.closeState();
        if (problem.getCause() instanceof StateCorruptException) {
            // It would be found damaged again and again; the changelog has all of it.
            Closing.quietly("damaged state", parts.removeState()::run);
        }
        listener.failed(problem);
    }

    private boolean settled() {
        return (claim == null || claim.settled())
                && (checkpoint == null || !checkpointSubmitted || checkpoint.settled())
                && sinkCommits.stream().allMatch(SinkCommit::settled);
    }

    private void stopWork() {
        life = Life.ENDING;
        metrics.underWay(0);
        metrics.credit(1, 0);
        if (checkpoint != null) {
            checkpoint.abandon();
        }
        sinkCommits.forEach(SinkCommit::abandon);
        parts.stop();
    }

    /**
     * Stops at once and tells nobody; what is not committed will be done again. For the end of the process, and for a slot that was never started, of which nothing
     * becomes durable afterwards: that blocks. Calling it again has no effect.
     */
    public void close() {
        if (!started && claim != null) {
            claim.abandon();
        }
        if (life == Life.RUNNING) {
            stopWork();
        }
        if (life != Life.CLOSED) {
            life = Life.CLOSED;
            parts.closeState();
        }
    }
}
