package io.weirflow.protocol.frame;

import io.weirflow.protocol.id.CallId;
import io.weirflow.protocol.id.Incarnation;
import java.util.Arrays;

/**
 * A record that whoever runs a slot appends to the slot's own inbox: what is not deterministic becomes an input first (rule R8). It has no number.
 * Two workers that run a slot at the same time may both append theirs, and after a crash some come again: what it means must not suffer from
 * that.
 */
public sealed interface OwnRecord {

    /** Returns the run that it belongs to; slots of other runs pass over it. */
    Incarnation incarnation();

    /**
     * Time has passed. It says nothing itself: like that of every record, its time is the one that the broker gave it.
     */
    record Tick(Incarnation incarnation) implements OwnRecord {}

    /**
     * What became of an external call. Of several with one id the first counts.
     *
     * @param failed whether the call has failed for good
     * @param bytes the answer, or why it failed, in UTF-8
     */
    record Result(Incarnation incarnation, CallId call, boolean failed, byte[] bytes) implements OwnRecord {
        @Override
        public boolean equals(Object other) {
            return other instanceof Result that
                    && incarnation.equals(that.incarnation)
                    && call.equals(that.call)
                    && failed == that.failed
                    && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return call.hashCode();
        }

        @Override
        public String toString() {
            return "Result[" + call + (failed ? ", failed, " : ", ") + bytes.length + " bytes]";
        }
    }
}
