package io.weirflow.connectors.kafka;

import io.weirflow.api.connector.ConnectorException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;

/** Says what is wrong with a partition that cannot be read, and what to do. */
final class KafkaSourceFailures {

    private KafkaSourceFailures() {}

    static ConnectorException of(TopicPartition partition, KafkaException e) {
        boolean forGood = e instanceof AuthenticationException
                || e instanceof AuthorizationException
                || e instanceof InvalidTopicException;
        return new ConnectorException(
                "kafka source: cannot read " + partition + ": " + e.getMessage()
                        + (forGood ? "; give the client the rights that it needs" : ""),
                !forGood,
                e);
    }

    /** To go on from elsewhere would lose records silently, so this is for good. */
    static ConnectorException outOfRange(TopicPartition partition, long next, long beginning, long end) {
        if (next < beginning) {
            return ConnectorException.fatal("kafka source: retention removed " + (beginning - next) + " offsets of "
                    + partition + " before they were read (" + next + " to " + (beginning - 1)
                    + "). Lengthen the topic's retention and start the pipeline anew");
        }
        return ConnectorException.fatal("kafka source: " + partition + " ends at offset " + end + ", but " + next
                + " offsets were read of it: the topic was made anew, or the pipeline was restored in another cluster, where"
                + " the topic is shorter. Start the pipeline anew, or bring the records to their offsets");
    }
}
