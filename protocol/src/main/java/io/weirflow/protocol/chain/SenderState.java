package io.weirflow.protocol.chain;

import io.weirflow.protocol.id.SenderId;

/**
 * What a receiver keeps of one sender; part of its checkpoint.
 *
 * @param lastSequence number of the last row taken, 0 for none
 * @param hash the chain's hash after that row
 * @param watermarkMs {@link Long#MIN_VALUE} before the first
 * @param idle whether the sender holds back no watermark for now
 */
public record SenderState(SenderId sender, long lastSequence, long hash, long watermarkMs, boolean idle) {

    /** Returns the state of a sender that was never heard of. */
    public static SenderState initial(SenderId sender) {
        return new SenderState(sender, 0, 0, Long.MIN_VALUE, false);
    }
}
