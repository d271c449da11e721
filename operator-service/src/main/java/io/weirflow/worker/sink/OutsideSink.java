package io.weirflow.worker.sink;

import io.weirflow.api.row.Row;
import org.jspecify.annotations.Nullable;

/**
 * A sink of one slot with a destination outside the log. The slot's thread offers rows and asks; it never waits, but for {@link #close}. The destination is
 * written to in {@link #doWork}, which a {@link SinkRunner} calls over and over, and nothing else meanwhile.
 */
public interface OutsideSink extends AutoCloseable {

    /** Returns a name for messages and the thread. */
    String name();

    /** Returns the number of the last row of which nothing has to be done any more. A checkpoint that covers a row waits for it. */
    long durableSequence();

    /** Returns why the sink cannot go on, or null. */
    @Nullable
    String failure();

    /** Returns, of a sink that cannot go on, whether opening the slot anew may help. */
    default boolean failureRetriable() {
        return false;
    }

    /** Returns whether rows may be offered. One record of the input may make more rows than that: they are all taken. */
    boolean hasRoom();

    /** Returns how many more rows may wait without a checkpoint having to wait long for them, see {@link QueueBound}; 0 or less: the slot reads no more. */
    int headroom();

    /** Takes a row, which nobody changes any more; one that is durable already is passed over. */
    void offer(long sequence, Row row, long eventTimeMs);

    /** A checkpoint waits for the rows up to this number. */
    void requestCommit(long sequence);

    /**
     * Does what there is to do. May block.
     *
     * @param nowMs milliseconds of a clock that never goes back, for the pauses between attempts
     * @return how much was done, 0 when there was nothing to do
     */
    int doWork(long nowMs);

    /** Waits, for a short while, until {@link #doWork} may have something to do. */
    void awaitWork() throws InterruptedException;

    /** Ends the sink for good; its slot will say why. */
    void fail(String reason);

    /** Closes what writes to the destination, once; called when {@link #doWork} is not called any more. */
    void closeWriter();

    /** Stops; what is not durable is dropped. Waits a while for a call to the destination that is under way. */
    @Override
    void close();
}
