package io.weirflow.protocol.id;

/**
 * Names a call within a slot (rule R8): by the record that it is made for, so that a replay gives it the same name.
 *
 * @param step the step that asks
 * @param offset of the record in the slot's inbox, 0 or more
 * @param index counts the calls of the record, over all steps, from 0
 */
public record CallId(int step, long offset, int index) {

    public CallId {
        if (step < 0 || offset < 0 || index < 0) {
            throw new IllegalArgumentException("a call has no negative number: " + step + ", " + offset + ", " + index);
        }
    }
}
