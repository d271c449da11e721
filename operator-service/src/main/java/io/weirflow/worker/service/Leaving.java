package io.weirflow.worker.service;

import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a worker leaves without a gap: it says that it takes nothing more, and goes on until its slots have moved live (rule R11). It does not know
 * whether there is anybody to take them, or anybody who decides; what it sees in the control log is whether something moves. The worker's control
 * thread's.
 */
final class Leaving {

    /** How long a coordinator that is there may take to begin with the first move. */
    private static final long FIRST_MOVE_MS = 1_500;

    /** The same from one move to the next, which waits until the slot before is open where it went. */
    private static final long NEXT_MOVE_MS = 5_000;

    private final WorkerId worker;
    private final Map<SlotId, List<String>> followersBefore = new HashMap<>();
    private long patientUntilMs = Long.MIN_VALUE;

    Leaving(WorkerId worker) {
        this.worker = worker;
    }

    /** Returns whether there is nothing more to wait for: everything has moved, or nothing does. Called in each round, first when it begins to leave. */
    boolean done(ControlBook book, Collection<HeldSlot> held, long nowMs) {
        if (patientUntilMs == Long.MIN_VALUE) {
            held.forEach(slot -> followersBefore.put(slot.id(), book.followersOf(slot.id())));
            patientUntilMs = nowMs + FIRST_MOVE_MS;
        }
        if (held.stream().anyMatch(slot -> moves(book, slot.id()))) {
            patientUntilMs = nowMs + NEXT_MOVE_MS;
        }
        return held.isEmpty() || nowMs > patientUntilMs;
    }

    /** Whether a slot is to be let go, or somebody new keeps its state at hand. A standby was there before. */
    private boolean moves(ControlBook book, SlotId slot) {
        return !book.owns(slot, worker)
                || !followersBefore.getOrDefault(slot, List.of()).containsAll(book.followersOf(slot));
    }
}
