package io.weirflow.worker.sim;

import io.weirflow.api.connector.SinkWriter.Outcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Effects happen once, or are listed (R10): each attempt has an intent of its own, which was durable before; a row is settled only after its effect has
 * happened, or together with its listing, once; an intent is withdrawn only when its effect has certainly not happened.
 */
final class EffectOnce extends Checker {

    /** The effects of one slot in one run. */
    private static final class Slot {
        private final Set<Long> allowed = new HashSet<>();
        private final Set<Long> happened = new HashSet<>();
        private final Set<Long> listed = new HashSet<>();
        private final Map<Long, Outcome> told = new HashMap<>();
        private long settled;
        private long intended;
    }

    private final Map<String, Slot> slots = new HashMap<>();

    private Slot slot(String name) {
        return slots.computeIfAbsent(name, any -> new Slot());
    }

    /** Somebody attempts an effect. */
    void attempted(EffectName effect) {
        if (!slot(effect.slot()).allowed.remove(effect.sequence())) {
            throw violation(effect + " is attempted without an intent of its own");
        }
    }

    /** An effect happens. */
    void happened(EffectName effect) {
        if (!slot(effect.slot()).happened.add(effect.sequence())) {
            throw violation(effect + " happens twice");
        }
    }

    /** Whoever attempted it was told this. */
    void told(EffectName effect, Outcome outcome) {
        slot(effect.slot()).told.put(effect.sequence(), outcome);
    }

    @Override
    void committed(Committed transaction) {
        for (EffectName effect : transaction.listed()) {
            Slot slot = slot(effect.slot());
            Committed.@Nullable Ledger ledger = transaction.ledgers().get(effect.slot());
            if (ledger == null || ledger.settled() != effect.sequence()) {
                throw violation(effect + " is listed apart from its ledger");
            }
            if (!slot.listed.add(effect.sequence())) {
                throw violation(effect + " is listed twice");
            }
        }
        transaction.ledgers().forEach((name, ledger) -> change(name, slot(name), ledger));
    }

    private void change(String name, Slot slot, Committed.Ledger to) {
        if (to.settled() == slot.settled + 1) {
            checkSettled(new EffectName(name, to.settled()), slot);
        } else if (to.settled() != slot.settled) {
            throw violation("the ledger of " + name + " goes from " + slot.settled + " to " + to.settled());
        } else if (slot.intended != 0 && to.intended() == 0) {
            checkWithdrawn(new EffectName(name, slot.intended), slot);
        }
        if (to.intended() != 0) {
            if (to.intended() != to.settled() + 1) {
                throw violation("the ledger of " + name + " allows row " + to.intended() + " after " + to.settled());
            }
            slot.allowed.add(to.intended());
        }
        slot.settled = to.settled();
        slot.intended = to.intended();
    }

    private void checkSettled(EffectName effect, Slot slot) {
        long sequence = effect.sequence();
        if (slot.intended != sequence) {
            throw violation(effect + " is settled and was not intended");
        }
        boolean done = slot.told.get(sequence) instanceof Outcome.Done && slot.happened.contains(sequence);
        if (!done && !slot.listed.contains(sequence)) {
            throw violation(effect + " is settled, and neither has it happened nor is it listed");
        }
    }

    private void checkWithdrawn(EffectName effect, Slot slot) {
        long sequence = effect.sequence();
        if (!(slot.told.get(sequence) instanceof Outcome.NotDone) || slot.happened.contains(sequence)) {
            throw violation(effect + " is withdrawn although it may have happened");
        }
    }

    /** What was settled, and what may have been attempted, was so in the run that this one goes on from. */
    @Override
    void restored(Committed.Checkpoint begin) {
        begin.progress().sinks().stream()
                .filter(sink -> begin.stage() == 2 && sink.step() == Checkers.EFFECTS_STEP)
                .forEach(sink -> {
                    Slot slot = slot(Checkers.slotOfEffects(
                            begin.progress().incarnation(), begin.changelog().partition()));
                    slot.settled = sink.publishedSequence();
                    slot.intended = sink.intendedSequence();
                });
    }

    /**
     * All rows of a slot have been made.
     *
     * @param before how many of them were settled before the run began
     */
    void finished(String name, long before, long rows) {
        Slot slot = slot(name);
        if (slot.settled != rows || slot.intended != 0) {
            throw violation("of " + rows + " effects of " + name + " only " + slot.settled + " are settled");
        }
        for (long sequence = before + 1; sequence <= rows; sequence++) {
            if (!slot.happened.contains(sequence) && !slot.listed.contains(sequence)) {
                throw violation(new EffectName(name, sequence) + " is lost");
            }
        }
    }

    long listed() {
        return slots.values().stream().mapToLong(slot -> slot.listed.size()).sum();
    }
}
