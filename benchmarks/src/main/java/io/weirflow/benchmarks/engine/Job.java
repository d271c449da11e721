package io.weirflow.benchmarks.engine;

/**
 * What an engine is to do.
 *
 * @param program what to calculate; each engine has its own code for it
 * @param id of this run, different from all others: prefix of its topics, groups and folders
 * @param input topic that is read from its beginning
 * @param output topic, which exists and is empty
 * @param rows of the input
 * @param commitMs how often to commit, where the engine lets one say that
 * @param slots of the stage with the state, where the engine lets one say that
 */
public record Job(Program program, String id, String input, String output, long rows, long commitMs, int slots) {

    /** As many slots as topics have partitions. */
    public Job(Program program, String id, String input, String output, long rows, long commitMs) {
        this(program, id, input, output, rows, commitMs, Topics.PARTITIONS);
    }

    /** The calculations. */
    public enum Program {
        /** Bids of at least a price, with four of their columns. */
        FILTER,
        /** Bids per auction in windows of 10 s. */
        TUMBLING,
        /** Six aggregates per auction in windows of an hour, two of them texts; a hundredth of them goes out. */
        WIDE,
        /** Eight aggregates per bidder and session. */
        SESSIONS,
        /** Eight aggregates per auction in windows of 10 s, every 2 s. */
        HOPPING,
        /** Ten steps that filter and project, with 30 expressions. */
        CHAIN,
        /** Three shuffles in a row. */
        SHUFFLES_3,
        /** Ten shuffles in a row. */
        SHUFFLES_10,
        /** A filter and a shuffle in one slot. */
        SMALL;

        /** Returns whether results are of windows, which grow. */
        public boolean windows() {
            return this == TUMBLING || this == WIDE || this == SESSIONS || this == HOPPING;
        }

        /** Returns its name in files and arguments. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }
}
