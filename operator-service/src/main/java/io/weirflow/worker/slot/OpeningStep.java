package io.weirflow.worker.slot;

/** What is done, in this order, until a slot is open. */
public enum OpeningStep {

    /** The local files are open, or were. */
    OPENED,

    /** The worker holds the lease, and the slot is still its own. */
    LEASED,

    /** The rest of its changelog is read. */
    READ,

    /** The state is as it was committed last. */
    RESTORED,

    /** The steps are connected, the input is positioned, sinks are open. */
    CONNECTED,

    /** How far this life of the slot may come is committed. */
    CLAIMED
}
