package io.weirflow.state;

import java.util.Iterator;

/** The changes of a delta for one who goes through all of them, which adds them to a write on the way. */
final class PreparingChanges implements Iterator<Change> {

    private final FrozenDelta delta;
    private final Iterator<Change> changes;
    private final PreparedWrite write;

    PreparingChanges(FrozenDelta delta, PreparedWrite write) {
        this.delta = delta;
        this.changes = delta.iterator();
        this.write = write;
    }

    @Override
    public boolean hasNext() {
        boolean more = changes.hasNext();
        if (!more) {
            delta.setPrepared(write);
        }
        return more;
    }

    @Override
    public Change next() {
        Change change = changes.next();
        write.add(change);
        return change;
    }
}
