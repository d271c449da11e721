package io.weirflow.api.state;

import org.jspecify.annotations.Nullable;

/** One value for the current key. Used by the slot's thread only. */
public interface ValueState {

    /** Returns the value, boxed as {@link io.weirflow.api.type.DataType} says, or null. */
    @Nullable
    Object get();

    /** Sets the value; null removes it. */
    void set(@Nullable Object value);

    /** Returns a whole number, or the fallback when there is none. */
    default long getLong(long fallback) {
        Object value = get();
        return value == null ? fallback : ((Number) value).longValue();
    }
}
