package io.weirflow.worker.aggregate;

import org.jspecify.annotations.Nullable;

/**
 * The state of all aggregates of one group (and window). What the slots mean is known to the {@link Aggregator} that made
 * it. Not safe for use by several threads.
 */
public final class Accumulators {

    /** An object that changes in place. */
    interface Container {
        Container copy();
    }

    private static final @Nullable Object[] NO_OBJECTS = {};

    /** Numbers; doubles as their raw bits. */
    final long[] words;

    /** {@link Container}s and immutable values. */
    final @Nullable Object[] objects;

    Accumulators(int words, int objects) {
        this.words = new long[words];
        this.objects = objects == 0 ? NO_OBJECTS : new Object[objects];
    }

    private Accumulators(Accumulators other) {
        words = other.words.clone();
        objects = other.objects.length == 0 ? NO_OBJECTS : other.objects.clone();
        copyContainers();
    }

    private void copyContainers() {
        for (int i = 0; i < objects.length; i++) {
            if (objects[i] instanceof Container container) {
                objects[i] = container.copy();
            }
        }
    }

    /** Returns a state of its own with the same content. */
    public Accumulators copy() {
        return new Accumulators(this);
    }

    /** Forgets what is here and takes the content of a state of the same aggregator, which stays as it is. */
    public void set(Accumulators other) {
        replaceWith(other);
        copyContainers();
    }

    /** Takes over the slots of a state that is not used any more. */
    void replaceWith(Accumulators other) {
        System.arraycopy(other.words, 0, words, 0, words.length);
        System.arraycopy(other.objects, 0, objects, 0, objects.length);
    }

    double real(int word) {
        return Double.longBitsToDouble(words[word]);
    }

    void setReal(int word, double value) {
        words[word] = Double.doubleToLongBits(value);
    }
}
