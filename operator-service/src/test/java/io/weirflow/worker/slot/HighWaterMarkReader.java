package io.weirflow.worker.slot;

import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.frame.FrameBuilder;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.protocol.frame.OwnRecordCodec;
import io.weirflow.protocol.frame.ReplayedRecord;
import io.weirflow.protocol.id.SenderId;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.testkit.log.MemoryLog;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes of the engine's receiver one that takes every row above the highest number seen, as if none could be missing: it numbers the rows anew, so
 * that the chain behind it never has a gap.
 */
public final class HighWaterMarkReader extends ForwardingInboxReader {

    private record Way(LogPartition inbox, SenderId sender) {}

    private final MemoryLog log;
    private final Map<Way, Long> marks = new HashMap<>();
    private final Map<Way, FrameBuilder> builders = new HashMap<>();

    public HighWaterMarkReader(MemoryLog log, InboxReader real) {
        super(real);
        this.log = log;
    }

    @Override
    public void start(LogPartition partition, long offset) {
        marks.keySet().removeIf(way -> way.inbox().equals(partition));
        builders.keySet().removeIf(way -> way.inbox().equals(partition));
        for (long before = 0; before < offset; before++) {
            MemoryLog.Entry entry = log.read(partition, before);
            if (entry != null && entry.value() != null) {
                byte[] unused = renumber(partition, entry.value());
            }
        }
        super.start(partition, offset);
    }

    private byte @Nullable [] renumber(LogPartition inbox, byte[] value) {
        if (OwnRecordCodec.isOwn(value) || ReplayedRecord.is(value)) {
            return value;
        }
        FrameReader frame = new FrameReader();
        frame.open(value);
        Way way = new Way(inbox, frame.sender());
        long mark = marks.getOrDefault(way, 0L);
        if (frame.lastSequence() < mark) {
            return null;
        }
        boolean severalPorts = frame.severalPorts();
        FrameBuilder builder = builders.computeIfAbsent(way, any -> new FrameBuilder(any.sender(), severalPorts, 0, 0));
        ByteReader row = new ByteReader();
        for (long sequence = frame.firstSequence(); frame.next(); sequence++) {
            if (sequence > mark) {
                frame.row(row);
                byte[] bytes = new byte[row.remaining()];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) row.readByte();
                }
                builder.add(frame.port(), frame.eventTimeMs(), bytes, 0, bytes.length);
            }
        }
        marks.put(way, frame.lastSequence());
        return builder.build(frame.watermarkMs(), frame.idle());
    }

    @Override
    public int poll(long timeoutMs, Handler handler) {
        return super.poll(timeoutMs, (partition, offset, timestampMs, value) -> {
            byte[] frame = renumber(partition, value);
            if (frame != null) {
                handler.record(partition, offset, timestampMs, frame);
            }
        });
    }
}
