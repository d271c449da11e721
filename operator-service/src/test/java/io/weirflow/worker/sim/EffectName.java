package io.weirflow.worker.sim;

/**
 * The effect of a row of the sink of effects.
 *
 * @param slot the run and the partition, as {@link Checkers#slotOfEffects} names them
 * @param sequence the row's number
 */
public record EffectName(String slot, long sequence) {

    /** Returns the effect of this name. */
    static EffectName parse(String name) {
        int colon = name.lastIndexOf(':');
        return new EffectName(name.substring(0, colon), Long.parseLong(name.substring(colon + 1)));
    }

    @Override
    public String toString() {
        return slot + ":" + sequence;
    }
}
