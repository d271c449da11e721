package io.weirflow.worker.slot;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what belongs to a slot, users' operators among it, come what may. */
final class Closing {

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private Closing() {}

    /** Closes something; what that throws is logged. */
    static void quietly(String what, Runnable close) {
        try {
            close.run();
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            LOG.atWarn().addKeyValue("part", what).setCause(e).log("A part of a slot cannot be closed");
        }
    }
}
