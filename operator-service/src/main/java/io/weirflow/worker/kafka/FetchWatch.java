package io.weirflow.worker.kafka;

import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.Metric;

/**
 * Tells whether a consumer's fetches are answered. A consumer that cannot reach its broker polls on without a word; one that reaches it gets an
 * answer within the fetch's longest wait even when there are no records. Used by the consumer's thread.
 *
 * <p>Time is counted by the waits that were asked for, so polls without waiting do not count.
 */
final class FetchWatch {

    private final Consumer<byte[], byte[]> consumer;
    private final Metric answers;
    private double lastAnswers;
    private long silentMs;

    FetchWatch(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
        this.answers = consumer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("fetch-total")
                        && metric.metricName().group().equals("consumer-fetch-manager-metrics")
                        && metric.metricName().tags().size() == 1)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this version of Kafka's client does not count fetches"));
    }

    /** Polls and notes whether anything was answered. */
    ConsumerRecords<byte[], byte[]> poll(long timeoutMs) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(timeoutMs));
        double now = (double) answers.metricValue();
        if (!records.isEmpty()
                || now > lastAnswers
                || consumer.paused().size() == consumer.assignment().size()) {
            silentMs = 0;
        } else {
            silentMs += timeoutMs;
        }
        lastAnswers = now;
        return records;
    }

    /** Returns for how long polls have waited without an answer. */
    long silentMs() {
        return silentMs;
    }

    /** Begins to count anew. */
    void reset() {
        silentMs = 0;
    }
}
