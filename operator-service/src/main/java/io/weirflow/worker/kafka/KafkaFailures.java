package io.weirflow.worker.kafka;

import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogException.Kind;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** Sorts Kafka's exceptions by what the caller does next. The reason is often wrapped, so causes count too. */
final class KafkaFailures {

    private KafkaFailures() {}

    static Kind kindOf(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
                return Kind.FENCED;
            }
            if (isFatal(cause)) {
                return Kind.FATAL;
            }
        }
        return Kind.RETRY;
    }

    /** Authorization and unsupported versions are kinds of {@link InvalidConfigurationException}. */
    private static boolean isFatal(Throwable cause) {
        return isTooLarge(cause)
                || cause instanceof InvalidConfigurationException
                || cause instanceof AuthenticationException
                || cause instanceof InvalidTopicException
                || cause instanceof InvalidTxnTimeoutException;
    }

    static boolean isTooLarge(Throwable cause) {
        return cause instanceof RecordTooLargeException || cause instanceof RecordBatchTooLargeException;
    }

    /** Returns an exception of the kind that fits the failure. */
    static LogException explain(String what, Throwable failure) {
        return new LogException(kindOf(failure), what + ": " + reason(failure), failure);
    }

    /** Returns the innermost message: the outer ones only say that something failed. */
    static String reason(Throwable failure) {
        String reason = failure.toString();
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                reason = cause.getMessage();
            }
        }
        return reason;
    }
}
