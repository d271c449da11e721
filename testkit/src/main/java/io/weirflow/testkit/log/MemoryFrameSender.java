package io.weirflow.testkit.log;

import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sends frames when the driver says so: in order for each partition, but one may be lost and the next delivered (K5), and what became of a frame
 * is told later, or never when the process ends before.
 */
public final class MemoryFrameSender implements FrameSender {

    private final MemoryLog log;
    private final Map<String, Deque<Pending>> pending = new TreeMap<>();
    private final List<Runnable> answers = new ArrayList<>();
    private boolean congested;
    private boolean closed;

    private record Pending(LogPartition to, byte @Nullable [] key, byte @Nullable [] value, Callback callback) {}

    public MemoryFrameSender(MemoryLog log) {
        this.log = log;
    }

    @Override
    public void send(LogPartition to, byte[] frame, Callback callback) {
        send(to, null, frame, callback);
    }

    /** {@inheritDoc} All rows that leave the choice to their key go to the first partition. */
    @Override
    public void send(LogRecord row, Callback callback) {
        int partition = row.partitionOf(log.partitionsOf(row.topic()));
        send(new LogPartition(row.topic(), Math.max(0, partition)), row.key(), row.value(), callback);
    }

    private void send(LogPartition to, byte @Nullable [] key, byte @Nullable [] value, Callback callback) {
        if (!closed) {
            pending.computeIfAbsent(to.toString(), any -> new ArrayDeque<>())
                    .add(new Pending(to, key, value, callback));
        }
    }

    /** Returns the number of frames that are neither delivered nor lost. */
    public int pending() {
        return pending.values().stream().mapToInt(Deque::size).sum();
    }

    /** Returns the number of frames whose senders were not told yet. */
    public int answers() {
        return answers.size();
    }

    /** Delivers the next frame of one of the partitions with any, {@code times} times; 0 loses it. */
    public void deliver(int choice, int times) {
        List<Deque<Pending>> queues =
                pending.values().stream().filter(queue -> !queue.isEmpty()).toList();
        if (queues.isEmpty()) {
            return;
        }
        Pending next = queues.get(Math.floorMod(choice, queues.size())).remove();
        long last = UNKNOWN_OFFSET;
        for (int i = 0; i < times; i++) {
            last = log.append(next.to(), next.key(), next.value());
        }
        long offset = last;
        @Nullable Exception failure = times > 0 ? null : new IOException("the frame was lost");
        answers.add(() -> next.callback().done(offset, failure));
    }

    /** Tells the sender of one frame what became of it. */
    public void answer(int choice) {
        if (!answers.isEmpty()) {
            answers.remove(Math.floorMod(choice, answers.size())).run();
        }
    }

    /** Makes {@link #congested()} say so. */
    public void setCongested(boolean nowCongested) {
        congested = nowCongested;
    }

    @Override
    public boolean congested() {
        return congested;
    }

    @Override
    public void flushSoon() {}

    /** The process ends: nothing more is sent, and nobody is told. */
    @Override
    public void close() {
        closed = true;
        pending.clear();
        answers.clear();
    }
}
