package io.weirflow.worker.slot;

import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LogPartition;

/** A reader that is another one, but for what a double changes. */
public class ForwardingInboxReader implements InboxReader {

    private final InboxReader real;

    public ForwardingInboxReader(InboxReader real) {
        this.real = real;
    }

    @Override
    public void start(LogPartition partition, long offset) {
        real.start(partition, offset);
    }

    @Override
    public void stop(LogPartition partition) {
        real.stop(partition);
    }

    @Override
    public void pause(LogPartition partition) {
        real.pause(partition);
    }

    @Override
    public void resume(LogPartition partition) {
        real.resume(partition);
    }

    @Override
    public int poll(long timeoutMs, Handler handler) {
        return real.poll(timeoutMs, handler);
    }

    @Override
    public long lag(LogPartition partition) {
        return real.lag(partition);
    }

    @Override
    public void close() {
        real.close();
    }
}
