package io.weirflow.worker.slot;

import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.row.MutableRow;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.chain.ChainLedger;
import io.weirflow.protocol.chain.Verdict;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.protocol.frame.OwnRecord;
import io.weirflow.protocol.frame.OwnRecordCodec;
import io.weirflow.protocol.frame.ReplayedRecord;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.worker.codegen.CodecCompiler;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames from a slot's inbox and applies the receiver's rules to them (R4, R9). Frames that were read and not processed yet wait here; when
 * they are many, the partition is paused.
 */
final class InboxInput implements SlotInput {

    /** Once so little of the bound is left, reading goes on. */
    private static final int RESUME_AT_ONE_IN = 4;

    private static final long GAP_PATIENCE_MS = 200;
    private static final long GAP_PATIENCE_BEHIND_MS = 10_000;
    private static final long GAP_REPEAT_MS = 2_000;

    private final LogPartition inbox;
    private final ChainLedger ledger;
    private final StepChain chain;
    private final RecordPlace place;
    private final RowGuard guard;
    private final BooleanSupplier mayRead;
    private final long maxWaitingBytes;
    private final SlotMetrics metrics;
    private final SlotListener listener;
    private final FrameRows rows;
    private final FrameReader frame;
    private final LookAhead lookAhead;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean paused;
    private long nextPosition;

    /** Where the record lies that is processed; its place may be another, that of the run in which it came first. */
    private long arrivedAt;

    private long taken;
    private long stopAt = Long.MAX_VALUE;
    private final Map<SenderId, OpenGap> gaps = new LinkedHashMap<>();
    private @Nullable InboxReader reader;
    private final @Nullable ProcessingTime processingTime;
    private final @Nullable Ticker ticker;
    private final SlotCalls calls;

    /** A gap that its sender has not filled yet. */
    private static final class OpenGap {
        final long expected;
        final long found;
        final long sinceMs;
        long reportedMs = Long.MIN_VALUE;

        OpenGap(long expected, long found, long sinceMs) {
            this.expected = expected;
            this.found = found;
            this.sinceMs = sinceMs;
        }
    }

    private record Waiting(long offset, long timestampMs, byte[] value) {}

    /**
     * @param maxWaitingBytes when more has been read and waits, the inbox is read no more for a while
     * @param processingTime gives rows their event time; null where they bring it with them
     * @param ticker for processing time, else null
     */
    InboxInput(
            LogPartition inbox,
            List<StageInput.Port> ports,
            ChainLedger ledger,
            StepChain chain,
            RecordPlace place,
            RowGuard guard,
            BooleanSupplier mayRead,
            long maxWaitingBytes,
            SlotMetrics metrics,
            SlotListener listener,
            long position,
            @Nullable ProcessingTime processingTime,
            @Nullable Ticker ticker,
            SlotCalls calls,
            CodecCompiler codecs) {
        this.processingTime = processingTime;
        this.ticker = ticker;
        this.calls = calls;
        this.inbox = inbox;
        this.ledger = ledger;
        this.chain = chain;
        this.place = place;
        this.guard = guard;
        this.mayRead = mayRead;
        this.maxWaitingBytes = maxWaitingBytes;
        this.metrics = metrics;
        this.listener = listener;
        this.nextPosition = position;
        this.rows = new FrameRows(ports, codecs);
        this.frame = rows.frame();
        this.lookAhead = new LookAhead(chain, new FrameRows(ports, codecs), processingTime != null);
    }

    /** Begins to read, on the slot's thread. */
    void start(InboxReader slotReader) {
        reader = slotReader;
        slotReader.start(inbox, nextPosition);
    }

    LogPartition inbox() {
        return inbox;
    }

    /** Takes a record that the shared reader has read. */
    void enqueue(long offset, long timestampMs, byte[] value) {
        waiting.add(new Waiting(offset, timestampMs, value));
        waitingBytes += value.length;
        if (reader != null && !paused && waitingBytes > maxWaitingBytes) {
            reader.pause(inbox);
            paused = true;
        }
    }

    @Override
    public void onArrival(Runnable wake) {
        calls.onArrival(wake);
    }

    @Override
    public int poll(long nowMs, int maxRecords) {
        int done = 0;
        while (done < maxRecords && !stopped() && !chain.advancing() && mayRead.getAsBoolean()) {
            if (!waiting.isEmpty() && lookAhead.due()) {
                lookAhead.look(waiting.stream().map(this::asItWasFirst).iterator());
            }
            Waiting next = waiting.poll();
            if (next == null) {
                break;
            }
            waitingBytes -= next.value().length;
            process(next, nowMs);
            metrics.read(next.value().length);
            nextPosition = next.offset() + 1;
            taken++;
            done++;
        }
        if (reader != null && paused && waitingBytes <= maxWaitingBytes / RESUME_AT_ONE_IN) {
            reader.resume(inbox);
            paused = false;
        }
        if (!gaps.isEmpty()) {
            reportGaps(nowMs);
        }
        done += calls.doWork(nowMs, waiting.isEmpty() && reader != null && reader.lag(inbox) == 0);
        if (ticker != null && waiting.isEmpty() && !sendersHaveEnded()) {
            ticker.quiet(nowMs);
        }
        return done;
    }

    @Override
    public boolean rests() {
        return waiting.isEmpty() && gaps.isEmpty() && !chain.waiting();
    }

    private void process(Waiting arrived, long nowMs) {
        arrivedAt = arrived.offset();
        try {
            ReplayedRecord record = asItWasFirst(arrived);
            place.set(record.run(), inbox.topic(), inbox.partition(), record.offset(), record.timestampMs());
            boolean later = OwnRecordCodec.isOwn(record.value()) ? takeOwn(record) : takeFrame(record, nowMs);
            if (later) {
                advance();
            }
        } catch (WireFormatException e) {
            throw new SlotFailure(
                    "record " + arrived.offset() + " of inbox " + inbox + " cannot be read: " + e.getMessage(),
                    false,
                    e);
        }
    }

    /** The slot is a function of offsets and times, too (rule R2), and may have processed this record before in another run. */
    private ReplayedRecord asItWasFirst(Waiting arrived) {
        return ReplayedRecord.is(arrived.value())
                ? ReplayedRecord.decode(arrived.value())
                : new ReplayedRecord(ledger.incarnation(), arrived.offset(), arrived.timestampMs(), arrived.value());
    }

    /** Returns whether event time has advanced by it. */
    private boolean takeFrame(ReplayedRecord record, long nowMs) {
        frame.open(record.value());
        if (ticker != null) {
            ticker.frame(nowMs);
        }
        boolean later = timePasses(frame.sender().incarnation(), record);
        Verdict verdict = ledger.offer(frame);
        if (verdict instanceof Verdict.Accept accept) {
            return later | take(accept);
        }
        reject(verdict, record.offset(), nowMs);
        return later;
    }

    /**
     * Returns whether processing time has passed. Records of other runs do not count: where a savepoint was written back they lie in front of and
     * between records that must be processed as they were before they came (rule R2).
     */
    private boolean timePasses(Incarnation of, ReplayedRecord record) {
        return processingTime != null && of.equals(ledger.incarnation()) && processingTime.pass(record.timestampMs());
    }

    /** Returns whether steps may have to hear of the time again. A tick says no more than that there is a record. */
    private boolean takeOwn(ReplayedRecord record) {
        OwnRecord own = OwnRecordCodec.decode(record.value());
        boolean later = timePasses(own.incarnation(), record);
        return later
                | (own instanceof OwnRecord.Result result
                        && own.incarnation().equals(ledger.incarnation())
                        && calls.take(result));
    }

    private boolean atEnd() {
        return waiting.isEmpty() && (reader == null || reader.lag(inbox) <= 0);
    }

    /**
     * Reports the gaps that stay open. One that is found while the slot catches up may have been filled long since, further on in the inbox, so
     * it gets time unless the end is reached.
     */
    private void reportGaps(long nowMs) {
        boolean atEnd = atEnd();
        gaps.forEach((sender, gap) -> {
            long patienceMs = atEnd ? GAP_PATIENCE_MS : GAP_PATIENCE_BEHIND_MS;
            boolean due = nowMs - gap.sinceMs >= patienceMs
                    && (gap.reportedMs == Long.MIN_VALUE || nowMs - gap.reportedMs >= GAP_REPEAT_MS);
            if (due) {
                gap.reportedMs = nowMs;
                listener.senderBroken(sender, gap.expected, gap.found);
            }
        });
    }

    /** Returns whether the watermark of the senders has advanced. */
    private boolean take(Verdict.Accept accept) {
        OpenGap gap = gaps.get(frame.sender());
        if (gap != null && frame.lastSequence() >= gap.expected) {
            gaps.remove(frame.sender());
        }
        boolean parked = guard.hasParked(arrivedAt);
        while (rows.next()) {
            int port = rows.port();
            MutableRow row = rows.row();
            long eventTimeMs = processingTime == null ? frame.eventTimeMs() : processingTime.nowMs();
            if (parked && guard.passesOver(arrivedAt, frame.index(), port, row)) {
                continue;
            }
            try {
                chain.accept(port, row, eventTimeMs);
            } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
                throw guard.blame(e, arrivedAt, frame.index(), port, row);
            }
        }
        return ledger.merge(accept.sender(), frame.watermarkMs());
    }

    private void advance() {
        if (sendersHaveEnded()) {
            chain.end(lastFiniteWatermarkMs());
        } else {
            chain.advance(watermarkMs());
        }
    }

    private boolean sendersHaveEnded() {
        return ledger.watermarkMs() == Long.MAX_VALUE;
    }

    private void reject(Verdict verdict, long offset, long nowMs) {
        if (verdict instanceof Verdict.Gap gap) {
            gaps.putIfAbsent(frame.sender(), new OpenGap(gap.expectedSequence(), frame.firstSequence(), nowMs));
        } else if (verdict instanceof Verdict.Diverged diverged) {
            throw new SlotFailure(
                    "sender " + frame.sender() + " has sent two different rows with the same number, "
                            + diverged.sequence()
                            + " or lower (inbox " + inbox + ", offset " + offset
                            + "): its stage is not deterministic, see the rules for operators",
                    false,
                    null);
        } else if (verdict instanceof Verdict.Unknown) {
            throw new SlotFailure(
                    "inbox " + inbox + " holds a frame of an unknown sender, " + frame.sender() + ", at offset "
                            + offset,
                    false,
                    null);
        }
    }

    @Override
    public void stopAtImpassable() {
        stopAt = guard.impassable(nextPosition);
    }

    @Override
    public boolean stopped() {
        Waiting next = waiting.peek();
        return next != null && next.offset() >= stopAt;
    }

    @Override
    public long recordsTaken() {
        return taken;
    }

    @Override
    public long nextPosition() {
        return nextPosition;
    }

    @Override
    public long watermarkMs() {
        return sendersHaveEnded() || processingTime == null ? ledger.watermarkMs() : processingTime.watermarkMs();
    }

    @Override
    public long maxEventTimeMs() {
        return lastFiniteWatermarkMs();
    }

    @Override
    public long lastFiniteWatermarkMs() {
        return processingTime == null ? ledger.lastFiniteMs() : processingTime.watermarkMs();
    }

    /** {@inheritDoc} Processing time passes whether rows come or not. */
    @Override
    public boolean idle() {
        return processingTime == null && ledger.idle();
    }

    @Override
    public boolean ended() {
        return sendersHaveEnded() && !chain.advancing() && !chain.waiting();
    }

    @Override
    public long lag() {
        long ahead = reader == null ? -1 : reader.lag(inbox);
        return ahead < 0 ? ahead : ahead + waiting.size();
    }

    @Override
    public void close() {
        calls.close();
        if (reader != null) {
            reader.stop(inbox);
        }
    }
}
