package io.weirflow.coordinator.kafka;

import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogUnavailableException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where logs end. */
final class LogEnds {

    private static final Logger LOG = LoggerFactory.getLogger(LogEnds.class);

    /** Slots wait for the answer, and can do without it. */
    private static final int TIMEOUT_MS = 500;

    private LogEnds() {}

    /** Returns the offset after the last durable record of each log, of whatever transaction; of those of which that can be told soon. */
    static Map<LogPartition, Long> of(Admin admin, Set<LogPartition> logs) {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        logs.forEach(log -> wanted.put(key(log), OffsetSpec.latest()));
        ListOffsetsResult answer = admin.listOffsets(
                wanted, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED).timeoutMs(TIMEOUT_MS));
        Map<LogPartition, Long> ends = new HashMap<>();
        for (LogPartition log : logs) {
            try {
                ends.put(
                        log,
                        Calls.await("end of " + log, answer.partitionResult(key(log)))
                                .offset());
            } catch (LogUnavailableException | KafkaException e) {
                LOG.atDebug()
                        .addKeyValue("changelog", log)
                        .addKeyValue("reason", e.getMessage())
                        .log("It is not known where the changelog ends");
            }
        }
        return ends;
    }

    private static TopicPartition key(LogPartition log) {
        return new TopicPartition(log.topic(), log.partition());
    }
}
