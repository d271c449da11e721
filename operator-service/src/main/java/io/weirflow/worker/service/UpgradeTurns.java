package io.weirflow.worker.service;

import io.weirflow.protocol.id.SlotId;
import java.util.HashMap;
import java.util.Map;

/**
 * Which slots of a worker go over to another version of their stage now: a few at a time, for those that do so at the same time share processors and
 * transactions, and all of them would be silent for as long as the last one takes. The worker's control thread's.
 */
final class UpgradeTurns {

    private static final int AT_A_TIME = 2;

    /** A slot that may not go over yet, since another life of it may have come further, is not to keep the others waiting. */
    private static final long PATIENCE_MS = 500;

    private final Map<SlotId, Turn> turns = new HashMap<>();

    private record Turn(int version, long atMs) {}

    /** Ends the turns of slots that have gone over, or that are not here any more. */
    void end(Map<SlotId, HeldSlot> held) {
        turns.entrySet().removeIf(turn -> {
            HeldSlot slot = held.get(turn.getKey());
            return slot == null || slot.runs(turn.getValue().version());
        });
    }

    /** Returns whether a slot may go over to a version, which it does as soon as it can. A slot that was told to keeps its turn until it is there. */
    boolean take(SlotId slot, int version, long nowMs) {
        Turn before = turns.get(slot);
        if (before != null && before.version() == version) {
            return true;
        }
        long underWay = turns.values().stream()
                .filter(turn -> nowMs - turn.atMs() < PATIENCE_MS)
                .count();
        if (underWay >= AT_A_TIME) {
            return false;
        }
        turns.put(slot, new Turn(version, nowMs));
        return true;
    }
}
