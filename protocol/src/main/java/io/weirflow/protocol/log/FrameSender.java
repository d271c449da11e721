package io.weirflow.protocol.log;

import org.jspecify.annotations.Nullable;

/**
 * Sends frames to inboxes, and rows of at-least-once sinks to their topics: in the order of the calls for each partition, and without transactions.
 * Safe for use by several threads.
 */
public interface FrameSender extends AutoCloseable {

    /** Nobody knows where a frame lies. */
    long UNKNOWN_OFFSET = -1;

    /** Told once for each frame, on any thread; must not block. */
    @FunctionalInterface
    interface Callback {
        /**
         * @param offset where the frame lies in its partition, {@link #UNKNOWN_OFFSET} when it is not durable, or that is not known
         * @param failure null when the frame is durable
         */
        void done(long offset, @Nullable Exception failure);

        /** The frame is not durable, or may be missing. */
        default void failed(Exception failure) {
            done(UNKNOWN_OFFSET, failure);
        }
    }

    /**
     * Sends a frame, without waiting. A failure is final: the frame may be missing while later ones arrive (fact K5), so the sender must
     * be restarted from its checkpoint (rule R5).
     */
    void send(LogPartition to, byte[] frame, Callback callback);

    /**
     * Sends a row of a sink, without waiting; its record may leave the partition open, see {@link LogRecord#partition}. A failure is final, as for
     * frames: the row may be missing while later ones arrive, so whoever made it must make it again.
     */
    void send(LogRecord row, Callback callback);

    /** Connects to where a topic is beforehand, so that the first frame need not wait for it. May block; what goes wrong shows when a frame is sent. */
    default void connect(String topic) {}

    /** Returns whether so much is under way that senders had better wait. */
    boolean congested();

    /** Asks to send at once what may still wait to be sent. */
    void flushSoon();

    @Override
    void close();
}
