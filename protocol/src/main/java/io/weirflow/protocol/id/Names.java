package io.weirflow.protocol.id;

/**
 * Names of topics and transactional ids. Everything that belongs to a pipeline starts with the pipeline's name and a dot, so that one
 * prefixed access rule covers it.
 *
 * @param cluster names the coordinator's domain: its control log and fleet topic
 */
public record Names(String cluster) {

    /** Stands for a worker in the lease under which a savepoint is restored; no worker's name begins with a dot. */
    public static final String RESTORER = ".restore";

    private static final String UNKNOWN = ".unknown";

    /** The topic of the coordinator's decisions: one partition, compacted. */
    public String controlTopic() {
        return cluster + ".weirflow-control";
    }

    /** The topic of the workers' reports: one partition, kept for a while. */
    public String fleetTopic() {
        return cluster + ".weirflow-fleet";
    }

    /** The transactional id of the coordinator: a new leader fences the former one with it. */
    public String coordinatorTransactionalId() {
        return cluster + ".weirflow-coordinator";
    }

    /** The inbox of a stage. */
    public static String inboxTopic(String pipeline, String stageUid) {
        return pipeline + "." + stageUid + ".inbox";
    }

    /** The changelog of a stage: compacted, as many partitions as the stage has slots. */
    public static String changelogTopic(String pipeline, String stageUid) {
        return pipeline + "." + stageUid + ".changelog";
    }

    /** The topic that lists the rows of an effect sink of which nobody knows whether they have had their effect. */
    public static String unknownTopic(String pipeline, String sink) {
        return pipeline + "." + sink + UNKNOWN;
    }

    /** Returns whether a topic is the {@link #unknownTopic} of any sink of a pipeline. */
    public static boolean isUnknownTopicOf(String pipeline, String topic) {
        int sink = pipeline.length() + 1;
        int end = topic.length() - UNKNOWN.length();
        return topic.startsWith(pipeline + ".")
                && topic.endsWith(UNKNOWN)
                && end > sink
                && topic.indexOf('.', sink) == end;
    }

    /** The transactional id under which a worker commits checkpoints of one pipeline: its lease (rule R7). */
    public static String leaseTransactionalId(String pipeline, String workerName) {
        return pipeline + ".lease." + workerName;
    }
}
