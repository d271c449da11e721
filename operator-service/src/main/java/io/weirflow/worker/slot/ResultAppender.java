package io.weirflow.worker.slot;

import io.weirflow.protocol.frame.OwnRecord;
import io.weirflow.protocol.frame.OwnRecordCodec;
import io.weirflow.protocol.id.CallId;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.worker.call.CallDesk;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Appends the results of calls to the slot's own inbox. */
record ResultAppender(FrameSender sender, LogPartition inbox, Incarnation incarnation) implements CallDesk.Results {

    /** {@inheritDoc} While the sender is congested the result is refused, to be appended later: to wait would hold up the slot's thread. */
    @Override
    public void append(CallId call, boolean failed, byte[] bytes, Consumer<@Nullable Exception> done) {
        if (sender.congested()) {
            done.accept(new IllegalStateException("the sender is congested"));
        } else {
            sender.send(
                    inbox,
                    OwnRecordCodec.encode(new OwnRecord.Result(incarnation, call, failed, bytes)),
                    (offset, failure) -> done.accept(failure));
        }
    }
}
