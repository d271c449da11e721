package io.weirflow.state;

import io.weirflow.api.operator.OperatorContext;
import io.weirflow.api.operator.Output;
import io.weirflow.api.state.StateTable;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.DataType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The state of one operator in one slot, as its {@link OperatorContext} offers it: values and timers of the current key, and tables. Used by
 * the slot's thread only.
 *
 * <p>All of it lives in tables of the slot's {@link SlotStore}, but for the key and the time of the next timer, which are worked out anew after
 * a restart.
 */
public final class KeyedOperatorState {

    private static final byte[] WHOLE_SLOT = {};

    /** In front of the names of tables, so that the three kinds of state do not meet. Persistent. */
    private static final String VALUE_KIND = "v";

    private static final String TABLE_KIND = "t";
    private static final String TIMER_KIND = "e";

    /** Takes a timer that is due. */
    @FunctionalInterface
    public interface TimerHandler {

        /**
         * Called with the timer's key as the current key, after the timer was removed. May set and remove timers. What it throws ends the
         * slot, so a {@link io.weirflow.api.operator.RowException} is for the handler to turn into a row of the errors stream.
         *
         * @param timeMs the time that was set
         */
        void onTimer(byte[] key, long timeMs);
    }

    private final SlotStore store;
    private final int step;
    private final Map<String, KeyedValue> values = new HashMap<>();
    private final TimerQueue timers;
    private byte[] currentKey = WHOLE_SLOT;

    /**
     * @param step the number of the operator in its stage, 0 or more; part of the persistent keys
     */
    public KeyedOperatorState(SlotStore store, int step) {
        this.store = store;
        this.step = step;
        this.timers = new TimerQueue(store.table(step, TIMER_KIND));
    }

    /**
     * Sets the key that values and timers belong to from now on. Without any call it is the empty key, which an operator without
     * {@code key_by} has for the whole slot.
     *
     * @param key kept: do not change it afterwards
     */
    public void setCurrentKey(byte[] key) {
        currentKey = key;
    }

    /** Returns the current key. The caller does not change it. */
    public byte[] currentKey() {
        return currentKey;
    }

    /**
     * See {@link OperatorContext#value}.
     *
     * @throws IllegalArgumentException when the operator has a value of this name with another type
     */
    public ValueState value(String name, DataType type) {
        KeyedValue value = values.computeIfAbsent(
                name, key -> new KeyedValue(this, store.table(step, VALUE_KIND + name), name, type));
        if (!value.type().equals(type)) {
            throw new IllegalArgumentException(
                    "the state '" + name + "' is a " + value.type().sql() + ", not a " + type.sql());
        }
        return value;
    }

    /** Returns whether the operator has values of keys, as far as it has asked for them. */
    public boolean hasValues() {
        return !values.isEmpty();
    }

    /**
     * Says that the values of these keys will be asked for soon, see {@link StateTable#prefetch}.
     *
     * @return how many were not in memory
     */
    public int prefetch(List<byte[]> keys) {
        int missing = 0;
        for (KeyedValue value : values.values()) {
            missing += value.prefetch(keys);
        }
        return missing;
    }

    /** See {@link OperatorContext#table}. */
    public StateTable table(String name) {
        return store.table(step, TABLE_KIND + name);
    }

    /** See {@link OperatorContext#timers}. */
    public OperatorContext.Timers timers() {
        return new OperatorContext.Timers() {
            @Override
            public void set(long timeMs) {
                timers.set(timeMs, currentKey);
            }

            @Override
            public void remove(long timeMs) {
                timers.remove(timeMs, currentKey);
            }
        };
    }

    /**
     * Fires the timers at or before the watermark in the order of (time, key), also those that the handler sets meanwhile. Stops when the
     * output has no room, which it asks before each timer; call it again to go on. A call with nothing due costs one comparison. The current
     * key is afterwards what it was before.
     *
     * @param watermarkMs {@link Long#MAX_VALUE} when the input has ended
     * @return true when nothing is due any more
     */
    public boolean fireDue(long watermarkMs, Output out, TimerHandler handler) {
        if (!timers.mayBeDue(watermarkMs)) {
            return true;
        }
        byte[] keyBefore = currentKey;
        try {
            return timers.fireDue(watermarkMs, out, (key, timeMs) -> {
                currentKey = key;
                handler.onTimer(key, timeMs);
            });
        } finally {
            currentKey = keyBefore;
        }
    }
}
