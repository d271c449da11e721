package io.weirflow.protocol.frame;

import io.weirflow.protocol.id.Incarnation;

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
}
