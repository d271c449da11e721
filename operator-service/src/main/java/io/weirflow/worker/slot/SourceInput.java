package io.weirflow.worker.slot;

import io.weirflow.api.connector.DecodeException;
import io.weirflow.api.connector.PartitionReader;
import io.weirflow.api.connector.RowDecoder;
import io.weirflow.api.pipeline.EventTime;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.row.MutableRow;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * Reads one partition of a user's log, decodes its records and gives them event time. The watermark is a function of the records, but idleness is
 * not: it is decided here, once, and travels in the frames (rule R8).
 */
final class SourceInput implements SlotInput, PartitionReader.Handler {

    private final StageInput.Source source;
    private final int partition;
    private final PartitionReader reader;
    private final RowDecoder decoder;
    private final StepChain chain;
    private final RecordPlace place;
    private final RowGuard guard;
    private final ErrorRows errors;
    private final SlotMetrics metrics;
    private final StepMetrics rows;
    private final BooleanSupplier mayRead;
    private final MutableRow row;
    private final long outOfOrdernessMs;
    private final long idleAfterMs;
    private long nextPosition;
    private long taken;
    private long stopAt = Long.MAX_VALUE;
    private boolean stopped;
    private long maxEventTimeMs;
    private long lastRecordMs = Long.MIN_VALUE;
    private boolean idle;
    private boolean ended;

    SourceInput(
            StageInput.Source source,
            int partition,
            PartitionReader reader,
            RowDecoder decoder,
            StepChain chain,
            RecordPlace place,
            RowGuard guard,
            ErrorRows errors,
            SlotMetrics metrics,
            BooleanSupplier mayRead,
            long position,
            long maxEventTimeMs) {
        this.source = source;
        this.partition = partition;
        this.reader = reader;
        this.decoder = decoder;
        this.chain = chain;
        this.place = place;
        this.guard = guard;
        this.errors = errors;
        this.metrics = metrics;
        this.rows = metrics.source();
        this.mayRead = mayRead;
        this.row = new MutableRow(source.rowType().size());
        this.nextPosition = position;
        this.maxEventTimeMs = maxEventTimeMs;
        if (source.eventTime() instanceof EventTime.ByColumn byColumn) {
            outOfOrdernessMs = byColumn.outOfOrdernessMs();
            idleAfterMs = byColumn.idleAfterMs();
        } else if (source.eventTime() instanceof EventTime.Ingestion ingestion) {
            outOfOrdernessMs = ingestion.outOfOrdernessMs();
            idleAfterMs = ingestion.idleAfterMs();
        } else {
            outOfOrdernessMs = 0;
            idleAfterMs = 0;
        }
        reader.seek(position);
    }

    @Override
    public int poll(long nowMs, int maxRecords) {
        if (stopped || ended || chain.advancing() || !mayRead.getAsBoolean()) {
            // It is this slot that is slow: the source is not silent for that.
            lastRecordMs = nowMs;
            return 0;
        }
        int records = reader.poll(this, maxRecords);
        if (stopped) {
            return records;
        }
        if (records > 0 || lastRecordMs == Long.MIN_VALUE) {
            lastRecordMs = nowMs;
            idle = false;
        } else if (idleAfterMs > 0 && nowMs - lastRecordMs >= idleAfterMs && reader.lag() <= 0) {
            idle = true;
        }
        if (records == 0 && reader.ended()) {
            ended = true;
            idle = false;
            chain.end(lastFiniteWatermarkMs());
        }
        return records;
    }

    @Override
    public void onArrival(Runnable wake) {
        reader.onArrival(wake);
    }

    @Override
    public void header(byte[] bytes, int offset, int length) {
        try {
            decoder.header(bytes, offset, length);
        } catch (DecodeException e) {
            throw new SlotFailure(
                    "stream " + source.stream() + ": the header of " + reader.logName(nextPosition) + " is malformed: "
                            + e.getMessage(),
                    false,
                    e);
        }
    }

    @Override
    public void record(long position, long next, long timestampMs, byte[] bytes, int offset, int length) {
        if (stopsAt(position)) {
            return;
        }
        enter(position, timestampMs);
        row.clear();
        try {
            if (decoder.decode(bytes, offset, length, row)) {
                rows.in();
                long eventTimeMs = eventTime(timestampMs);
                maxEventTimeMs = Math.max(maxEventTimeMs, eventTimeMs);
                process(position, eventTimeMs);
            }
        } catch (DecodeException e) {
            error(bytes, offset, length, String.valueOf(e.getMessage()));
        }
        took(next, length);
    }

    private void process(long position, long eventTimeMs) {
        if (guard.hasParked(position) && guard.passesOver(position, 0, 0, row)) {
            return;
        }
        try {
            chain.accept(0, row, eventTimeMs);
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            throw guard.blame(e, position, 0, 0, row);
        }
    }

    @Override
    public void malformed(
            long position, long next, long timestampMs, byte[] bytes, int offset, int length, String reason) {
        if (stopsAt(position)) {
            return;
        }
        enter(position, timestampMs);
        error(bytes, offset, length, reason);
        took(next, length);
    }

    private void took(long next, int sizeBytes) {
        metrics.read(sizeBytes);
        nextPosition = next;
        taken++;
    }

    /** The reader may hand over more records than the one to stop at: they come again when the slot is opened anew. */
    private boolean stopsAt(long position) {
        stopped |= position >= stopAt;
        return stopped;
    }

    private void enter(long position, long timestampMs) {
        place.set(reader.logName(position), partition, reader.logOffset(position), timestampMs);
    }

    private long eventTime(long timestampMs) throws DecodeException {
        if (source.eventTime() instanceof EventTime.ByColumn byColumn) {
            if (row.isNull(byColumn.column())) {
                throw new DecodeException("column '"
                        + source.rowType().column(byColumn.column()).name() + "' is NULL and holds the event time");
            }
            return row.getLong(byColumn.column());
        }
        return source.eventTime() instanceof EventTime.Ingestion ? timestampMs : EventTime.NONE_MS;
    }

    private void error(byte[] bytes, int offset, int length, String reason) {
        rows.error();
        String raw = new String(bytes, offset, length, StandardCharsets.UTF_8);
        if (source.failOnError()) {
            throw new SlotFailure(
                    "stream " + source.stream() + ": record " + place.offset() + " of " + place.log() + ": " + reason
                            + " (on_error: fail)",
                    false,
                    null);
        }
        chain.acceptError(errors.of(raw, reason), place.timestampMs());
    }

    @Override
    public void stopAtImpassable() {
        stopAt = guard.impassable(nextPosition);
    }

    @Override
    public boolean stopped() {
        return stopped;
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
        return ended ? Long.MAX_VALUE : lastFiniteWatermarkMs();
    }

    @Override
    public long lastFiniteWatermarkMs() {
        // A row exactly that much out of order may still come, so the watermark stays one below it.
        long lagMs = outOfOrdernessMs + 1;
        return maxEventTimeMs < Long.MIN_VALUE + lagMs ? Long.MIN_VALUE : maxEventTimeMs - lagMs;
    }

    @Override
    public long maxEventTimeMs() {
        return maxEventTimeMs;
    }

    @Override
    public boolean idle() {
        return idle;
    }

    @Override
    public boolean ended() {
        return ended && !chain.advancing();
    }

    @Override
    public long lag() {
        return reader.lag();
    }

    @Override
    public void close() {
        reader.close();
    }
}
