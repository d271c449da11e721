package io.weirflow.benchmarks.nemesis;

import java.nio.file.Path;
import java.util.Locale;

/**
 * What to do in a run.
 *
 * @param seed of all that is drawn
 * @param faults how many to do, at most
 * @param maxSeconds how long to go on with them, at most
 * @param engine that is tormented
 * @param guarantee of the engine, where it has several
 * @param coordinators how many, 2 or more
 * @param workers how many, 2 or more
 * @param folder for logs and data; exists and is empty
 */
record NemesisSettings(
        long seed,
        int faults,
        long maxSeconds,
        Engine engine,
        Guarantee guarantee,
        int coordinators,
        int workers,
        Path folder) {

    /** What can be tormented. */
    enum Engine {
        WEIRFLOW,
        KAFKA_STREAMS;

        /** Returns its name on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What Kafka Streams promises; Weirflow's sinks say so themselves. */
    enum Guarantee {
        EXACTLY_ONCE("exactly_once_v2"),
        AT_LEAST_ONCE("at_least_once");

        private final String streamsName;

        Guarantee(String streamsName) {
            this.streamsName = streamsName;
        }

        String streamsName() {
            return streamsName;
        }

        /** Returns its name on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
