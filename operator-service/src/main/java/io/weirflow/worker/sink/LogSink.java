package io.weirflow.worker.sink;

import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one slot for one Kafka sink. They wait until the slot hands them to the committer, together with the number of the last of
 * them: both become visible in one transaction, and after a restart the slot makes the same rows again and passes over those that the number
 * covers. So rows need not wait for the slot's next checkpoint. Used by the slot's thread.
 */
public final class LogSink implements CommittedSink {

    private static final int RECORD_OVERHEAD_BYTES = 64;

    private final SinkWriter.Log writer;
    private final LogPartition changelog;
    private final Incarnation incarnation;
    private final int step;
    private final long publishedSequence;
    private List<LogRecord> waiting = new ArrayList<>();
    private long waitingBytes;
    private long lastSequence;
    private long submittedSequence;

    /**
     * @param publishedSequence number of the last row that is visible already
     * @param changelog where the number of the last visible row is kept
     */
    public LogSink(
            SinkWriter.Log writer, int step, LogPartition changelog, Incarnation incarnation, long publishedSequence) {
        this.writer = writer;
        this.step = step;
        this.changelog = changelog;
        this.incarnation = incarnation;
        this.publishedSequence = publishedSequence;
        this.lastSequence = publishedSequence;
        this.submittedSequence = publishedSequence;
    }

    /** Takes a row; one that is visible already is passed over. */
    public void add(long sequence, Row row) {
        if (sequence <= publishedSequence) {
            return;
        }
        byte @Nullable [] key = writer.key(row);
        byte[] value = writer.value(row);
        int partition = key == null ? LogRecord.spreadBy(changelog.partition()) : LogRecord.BY_KEY;
        waiting.add(new LogRecord(writer.topic(), partition, key, value));
        waitingBytes += value.length + (key == null ? 0 : key.length) + RECORD_OVERHEAD_BYTES;
        lastSequence = sequence;
    }

    @Override
    public long waitingBytes() {
        return waitingBytes;
    }

    /** {@inheritDoc} It is visible, or to be made so by the commits that are under way. */
    @Override
    public long submittedSequence() {
        return submittedSequence;
    }

    @Override
    public void drainTo(List<LogRecord> rows, Map<Integer, LogRecord> numbers) {
        if (waiting.isEmpty()) {
            return;
        }
        rows.addAll(waiting);
        numbers.put(
                step,
                new LogRecord(
                        changelog.topic(),
                        changelog.partition(),
                        ProgressCodec.publishedKey(step),
                        ProgressCodec.encodePublished(incarnation, lastSequence)));
        submittedSequence = lastSequence;
        waiting = new ArrayList<>();
        waitingBytes = 0;
    }
}
