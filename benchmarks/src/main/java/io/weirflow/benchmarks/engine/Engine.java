package io.weirflow.benchmarks.engine;

/** Something that does a {@link Job} in a process of its own, until it is stopped. */
public interface Engine {

    /** Returns its name in tables. */
    String name();

    /** Whether it gives a result of a program several times, each nearer to the last, instead of once. */
    default boolean updates(Job.Program program) {
        return false;
    }

    /** Whether it gives the answer; else one record says that it is through. */
    default boolean calculates() {
        return true;
    }

    /** Starts the job. */
    ChildProcess start(Job job, String bootstrapServers);
}
