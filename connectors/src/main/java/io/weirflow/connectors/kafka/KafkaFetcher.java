package io.weirflow.connectors.kafka;

import io.weirflow.api.KafkaAccess;
import io.weirflow.api.connector.ConnectorException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads partitions of one cluster with one consumer, on a thread of its own: readers never wait for a broker, and all partitions share one fetch.
 * A partition whose reader does not keep up is paused, so it holds up no other.
 *
 * <p>While the broker is away nothing arrives, and it is tried again. What is wrong with one partition fails that one; of what Kafka does not say
 * which partition it concerns, all of them are told, see {@link KafkaFetchers#apart}.
 */
final class KafkaFetcher {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaFetcher.class);

    private static final Duration POLL_WAIT = Duration.ofMillis(500);
    private static final long BACKOFF_MS = 50;

    /** To look up an offset in vain takes {@link #LOOK_UP_WAIT}, for all lanes. */
    private static final int CYCLES_BETWEEN_LOOK_UPS = 20;

    /** Waiting for an answer about offsets; only before the first record and after an offset was refused. */
    private static final Duration LOOK_UP_WAIT = Duration.ofSeconds(1);

    /**
     * What may wait in all lanes, about: shared by those in which anything waits. A lane that was paused waits for the fetch under way before it is fetched
     * again, so one that is read alone needs much; but what survives a collection of garbage is copied, so more is not better.
     */
    private static final long MAX_BYTES = 4L << 20;

    private static final long MIN_LANE_BYTES = 64L << 10;

    private final KafkaAccess kafka;
    private final Consumer<Void, ByteBuffer> consumer;
    private final KafkaFetchers owner;
    private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closed;

    // The thread's own.
    private final Map<TopicPartition, Lane> lanes = new HashMap<>();
    private final List<Lane> unplaced = new ArrayList<>();
    private boolean away;
    private int cyclesToLookUp;

    /** @param owner hears which partitions failed without being the known cause */
    KafkaFetcher(KafkaAccess kafka, int number, Consumer<Void, ByteBuffer> consumer, KafkaFetchers owner) {
        this.kafka = kafka;
        this.consumer = consumer;
        this.owner = owner;
        this.thread = new Thread(this::run, "kafka-source-" + number);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Begins to fetch for a lane; any thread. No other lane of its partition may be here. */
    void add(Lane lane) {
        execute(() -> unplaced.add(lane));
    }

    /** Ends to fetch for a lane; any thread. */
    void remove(Lane lane) {
        execute(() -> {
            unplaced.remove(lane);
            if (lanes.remove(lane.partition(), lane)) {
                consumer.assign(lanes.keySet());
            }
        });
    }

    /** A lane that was full has been read; any thread. */
    void resumeDrained() {
        consumer.wakeup();
    }

    /** Ends the thread soon; any thread. */
    void close() {
        closed = true;
        execute(() -> {});
    }

    private void execute(Runnable command) {
        commands.add(command);
        consumer.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                cycle();
            }
        } catch (InterruptedException e) {
            leave(new ConnectorException("kafka source: interrupted", true, e));
        } catch (Throwable e) {
            LOG.atError()
                    .addKeyValue("servers", kafka.bootstrapServers())
                    .setCause(e)
                    .log("Unexpected failure of a Kafka source");
            leave(new ConnectorException(
                    "kafka source: reading " + kafka.bootstrapServers() + " failed: " + e, true, e));
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    private void leave(ConnectorException problem) {
        owner.gone(this).forEach(lane -> lane.fail(problem));
    }

    private void cycle() throws InterruptedException {
        if (lanes.isEmpty() && unplaced.isEmpty()) {
            commands.take().run();
        }
        runCommands();
        try {
            place();
            if (!lanes.isEmpty()) {
                resume();
                deliver(consumer.poll(POLL_WAIT));
            }
        } catch (WakeupException e) {
            // Commands, or a lane that was drained.
            return;
        } catch (RetriableException e) {
            noteAway(e);
            Runnable command = commands.poll(BACKOFF_MS, TimeUnit.MILLISECONDS);
            if (command != null) {
                command.run();
            }
        } catch (KafkaException e) {
            explain(e);
        }
    }

    private void runCommands() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
    }

    /** A partition without a position must not be assigned: polling would fail for all. */
    private void place() {
        cyclesToLookUp = lanes.isEmpty() ? 0 : Math.max(0, cyclesToLookUp - 1);
        for (Iterator<Lane> all = unplaced.iterator(); all.hasNext(); ) {
            Lane lane = all.next();
            long offset = lane.next();
            if (offset < 0 && lane.from() instanceof StartFrom.Timestamp timestamp) {
                if (cyclesToLookUp > 0) {
                    continue;
                }
                try {
                    offset = lookUp(lane.partition(), timestamp);
                } catch (RetriableException e) {
                    noteAway(e);
                    cyclesToLookUp = CYCLES_BETWEEN_LOOK_UPS;
                    continue;
                }
            }
            all.remove();
            List<TopicPartition> partition = List.of(lane.partition());
            lanes.put(lane.partition(), lane);
            consumer.assign(lanes.keySet());
            if (offset >= 0) {
                consumer.seek(lane.partition(), offset);
            } else if (lane.from() instanceof StartFrom.Earliest) {
                consumer.seekToBeginning(partition);
            } else {
                consumer.seekToEnd(partition);
            }
        }
    }

    /** Returns the offset that a time stands for; -1 when it is later than all records. */
    private long lookUp(TopicPartition partition, StartFrom.Timestamp timestamp) {
        OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, timestamp.ms()), LOOK_UP_WAIT)
                .get(partition);
        return found == null ? -1 : found.offset();
    }

    private void resume() {
        for (Lane lane : lanes.values()) {
            if (lane.drained()) {
                lane.resumed();
                consumer.resume(List.of(lane.partition()));
            }
        }
    }

    private void deliver(ConsumerRecords<Void, ByteBuffer> fetched) {
        if (fetched.isEmpty()) {
            lanes.values().forEach(this::noteUnread);
            return;
        }
        if (away) {
            LOG.atInfo().addKeyValue("servers", kafka.bootstrapServers()).log("The Kafka source can be read again");
            away = false;
        }
        Map<Lane, RecordBatch> batches = new HashMap<>();
        long fetchedBytes = 0;
        for (TopicPartition partition : fetched.partitions()) {
            Lane lane = lanes.get(partition);
            if (lane != null) {
                RecordBatch batch = RecordBatch.of(fetched.records(partition));
                fetchedBytes += batch.sizeBytes();
                batches.put(lane, batch);
            }
        }
        for (Map.Entry<Lane, RecordBatch> entry : batches.entrySet()) {
            noteUnread(entry.getKey());
            entry.getKey().offer(entry.getValue(), fetchedBytes);
        }
        // One that has begun at the end gets no batch, and is to know that nothing lies ahead.
        lanes.values().stream().filter(lane -> lane.lag() < 0).forEach(this::noteUnread);
        long sharing =
                Math.max(1, lanes.values().stream().filter(Lane::holdsAny).count());
        batches.keySet().forEach(lane -> pauseOrWake(lane, Math.max(MIN_LANE_BYTES, MAX_BYTES / sharing)));
    }

    private void pauseOrWake(Lane lane, long maxBytes) {
        if (lane.full(maxBytes)) {
            consumer.pause(List.of(lane.partition()));
            lane.pausedUntil(maxBytes / 2);
        }
        lane.wakeReader();
    }

    private void noteUnread(Lane lane) {
        lane.unread(consumer.currentLag(lane.partition()).orElse(-1));
    }

    private void explain(KafkaException failure) {
        if (failure instanceof OffsetOutOfRangeException outOfRange) {
            outOfRange.offsetOutOfRangePartitions().keySet().forEach(this::outOfRange);
        } else if (failure instanceof TopicAuthorizationException refused) {
            failTopics(refused.unauthorizedTopics(), failure);
        } else if (failure instanceof InvalidTopicException invalid) {
            failTopics(invalid.invalidTopics(), failure);
        } else {
            failUnexplained(failure);
        }
    }

    private void outOfRange(TopicPartition partition) {
        Lane lane = lanes.get(partition);
        if (lane == null) {
            return;
        }
        if (lane.next() < 0) {
            // Retention moved on between finding the place and reading from it; nothing was read yet, so nothing is
            // lost.
            lanes.remove(partition);
            consumer.assign(lanes.keySet());
            unplaced.add(lane);
            return;
        }
        try {
            long beginning =
                    consumer.beginningOffsets(List.of(partition), LOOK_UP_WAIT).getOrDefault(partition, 0L);
            long end = consumer.endOffsets(List.of(partition), LOOK_UP_WAIT).getOrDefault(partition, 0L);
            fail(List.of(lane), any -> KafkaSourceFailures.outOfRange(partition, lane.next(), beginning, end));
        } catch (WakeupException e) {
            // The next poll finds it out of range again.
            return;
        } catch (RetriableException e) {
            noteAway(e);
        } catch (KafkaException e) {
            fail(List.of(lane), any -> KafkaSourceFailures.of(partition, e));
        }
    }

    private void failTopics(Set<String> topics, KafkaException failure) {
        List<Lane> concerned = Stream.concat(lanes.values().stream(), unplaced.stream())
                .filter(lane -> topics.contains(lane.partition().topic()))
                .toList();
        if (concerned.isEmpty()) {
            failUnexplained(failure);
        } else {
            fail(concerned, lane -> KafkaSourceFailures.of(lane.partition(), failure));
        }
    }

    /** Kafka does not say whose fault it is. Next time each is on its own, so that the culprit fails alone. */
    private void failUnexplained(KafkaException failure) {
        List<Lane> all = new ArrayList<>(lanes.values());
        all.addAll(unplaced);
        if (all.size() > 1) {
            owner.apart(kafka, all.stream().map(Lane::partition).toList());
        }
        fail(all, lane -> KafkaSourceFailures.of(lane.partition(), failure));
    }

    private void fail(Collection<Lane> failed, Function<Lane, ConnectorException> problem) {
        for (Lane lane : failed) {
            lanes.remove(lane.partition());
            unplaced.remove(lane);
        }
        consumer.assign(lanes.keySet());
        failed.forEach(lane -> lane.fail(problem.apply(lane)));
    }

    private void noteAway(RetriableException e) {
        if (!away) {
            LOG.atWarn()
                    .addKeyValue("servers", kafka.bootstrapServers())
                    .addKeyValue("reason", e.getMessage())
                    .log("The Kafka source cannot be read for now; trying again until it works");
            away = true;
        }
    }
}
