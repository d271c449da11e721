package io.weirflow.testkit.state;

import io.weirflow.state.StateBackend;

/** The place of one slot's back end; it outlives the back ends that are opened there one after another. */
public interface BackendSite extends AutoCloseable {

    /** Opens a back end over what is there. The one before was closed, or lost in a {@link #crash()}. */
    StateBackend open();

    /** Brings the place into the state that a kill of the process would have left at this moment, with the back end still open. */
    void crash();

    /** Returns whether anything survives {@link #crash()}: what was loaded, and what was written before the back end was closed. */
    boolean survivesCrashes();

    @Override
    void close();
}
