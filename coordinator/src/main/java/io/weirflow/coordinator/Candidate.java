package io.weirflow.coordinator;

/**
 * A coordinator that may lead.
 *
 * @param id its own, no two the same
 * @param address where it answers HTTP; empty for nowhere
 * @param succession when it takes the lead from another
 */
record Candidate(String id, String address, Succession succession) {

    /** When a coordinator takes the lead from another. */
    enum Succession {
        /** It is the only one that is meant to run: it takes the lead when it starts, and one that loses it is done. */
        AT_ONCE,
        /** It is one of several: it follows the log, and takes the lead when the leader falls silent or has ended. */
        IN_TURN
    }

    boolean waits() {
        return succession == Succession.IN_TURN;
    }
}
