package io.weirflow.api.operator;

import io.weirflow.api.connector.Options;
import io.weirflow.api.state.StateTable;
import io.weirflow.api.state.ValueState;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;

/** What an operator is opened with. Used by the operator's thread only. */
public interface OperatorContext {

    RowType inputType();

    RowType outputType();

    /** Returns the configuration of a user's operator. */
    Options config();

    /**
     * Returns one value for each key of the stage's {@code key_by}; without it, one value for the slot.
     *
     * @param name unique in the operator; names the state in checkpoints, so keep it
     */
    ValueState value(String name, DataType type);

    /** Returns an ordered map of bytes for the whole slot, for operators that lay out their own keys. */
    StateTable table(String name);

    /** Returns the event-time timers of the current key. */
    Timers timers();

    /** Returns the slot's watermark in milliseconds since the epoch; {@link Long#MIN_VALUE} before the first. */
    long watermarkMs();

    /** Returns a number that depends only on the place of the current record in the log: the only randomness allowed (rule R8). */
    long random();

    /** Event-time timers. They are part of the state. */
    interface Timers {
        /** Sets a timer for the current key; setting the same again changes nothing. One at or before the watermark fires at once after the row. */
        void set(long timeMs);

        /** Removes a timer, if it is set. */
        void remove(long timeMs);
    }
}
