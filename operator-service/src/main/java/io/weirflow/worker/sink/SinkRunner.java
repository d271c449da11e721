package io.weirflow.worker.sink;

/** Calls {@link OutsideSink#doWork} over and over: on a thread for each sink in a service, step by step in a simulation. */
@FunctionalInterface
public interface SinkRunner {

    /** Begins to run a sink. Called once for each sink. */
    Handle start(OutsideSink sink);

    /** A sink that is being run. */
    @FunctionalInterface
    interface Handle {

        /**
         * Stops to run the sink; waits a while for a call that is under way.
         *
         * @return false when that call still goes on: the runner then closes the sink's writer once it has returned
         */
        boolean stop();
    }
}
