package io.weirflow.worker.service;

import io.weirflow.protocol.checkpoint.Progress;
import io.weirflow.protocol.checkpoint.Progress.Course;
import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.frame.FrameReader;
import io.weirflow.protocol.frame.OwnRecord;
import io.weirflow.protocol.frame.OwnRecordCodec;
import io.weirflow.protocol.frame.ReplayedRecord;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.testkit.log.MemoryLog;
import io.weirflow.worker.sim.Checkers;
import io.weirflow.worker.slot.ForwardingInboxReader;
import io.weirflow.worker.slot.SimPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.assertj.core.util.Lists;
import org.jspecify.annotations.Nullable;

/** What stands in the place of a worker's logs to plant a {@link Bug}. */
final class FleetDoubles {

    /** The version of a ledger's record that has an intent. */
    private static final byte WITH_INTENT = 2;

    private FleetDoubles() {}

    /** Answers before anything is known: for frames, for rows, or only instead of failures. */
    record Sender(FrameSender real, Bug bug) implements FrameSender {
        @Override
        public void send(LogPartition to, byte[] frame, Callback callback) {
            if (bug == Bug.R6_CHECKPOINT_BEFORE_ACKS) {
                real.send(to, frame, (offset, failure) -> {});
                callback.done(UNKNOWN_OFFSET, null);
            } else {
                real.send(
                        to,
                        frame,
                        bug == Bug.R5_FAILED_SENDS_IGNORED
                                ? (offset, failure) -> callback.done(offset, null)
                                : callback);
            }
        }

        @Override
        public void send(LogRecord row, Callback callback) {
            if (bug == Bug.R6_CHECKPOINT_BEFORE_ROWS) {
                real.send(row, (offset, failure) -> {});
                callback.done(UNKNOWN_OFFSET, null);
            } else {
                real.send(row, callback);
            }
        }

        @Override
        public boolean congested() {
            return real.congested();
        }

        @Override
        public void flushSoon() {}

        @Override
        public void close() {
            real.close();
        }
    }

    /** Alters a record on its way. */
    @FunctionalInterface
    interface Alteration {
        /** A slot begins to read. */
        default void started(LogPartition partition) {}

        void hand(InboxReader.Handler to, LogPartition partition, long offset, long timestampMs, byte[] value);
    }

    /** Needs some rounds until the first records of a partition are there, and takes it for empty until then. */
    static final class HastyReader extends ForwardingInboxReader {
        private static final int ROUNDS = 20;

        private final Map<LogPartition, Integer> rounds = new HashMap<>();

        HastyReader(InboxReader real) {
            super(real);
        }

        @Override
        public void start(LogPartition partition, long offset) {
            rounds.put(partition, ROUNDS);
            super.start(partition, offset);
            pause(partition);
        }

        @Override
        public void stop(LogPartition partition) {
            rounds.remove(partition);
            super.stop(partition);
        }

        @Override
        public int poll(long timeoutMs, Handler handler) {
            for (LogPartition partition : List.copyOf(rounds.keySet())) {
                if (rounds.merge(partition, -1, Integer::sum) == 0) {
                    rounds.remove(partition);
                    resume(partition);
                }
            }
            return super.poll(timeoutMs, handler);
        }

        @Override
        public long lag(LogPartition partition) {
            return rounds.containsKey(partition) ? 0 : super.lag(partition);
        }
    }

    /** Hands over other records than there are. */
    static final class Altered extends ForwardingInboxReader {
        private final Alteration alteration;

        Altered(InboxReader real, Alteration alteration) {
            super(real);
            this.alteration = alteration;
        }

        @Override
        public void start(LogPartition partition, long offset) {
            alteration.started(partition);
            super.start(partition, offset);
        }

        @Override
        public int poll(long timeoutMs, Handler handler) {
            return super.poll(
                    timeoutMs,
                    (partition, offset, timestampMs, value) ->
                            alteration.hand(handler, partition, offset, timestampMs, value));
        }
    }

    /** Gives records the time at which they are read. */
    static Alteration clocked(LongSupplier clockMs) {
        return (to, partition, offset, timestampMs, value) -> to.record(partition, offset, clockMs.getAsLong(), value);
    }

    /** Hands over, in the place of each result, the last one of its call that is in the log by now. */
    static Alteration lastResults(MemoryLog log) {
        return (to, partition, offset, timestampMs, value) ->
                to.record(partition, offset, timestampMs, last(log, partition, offset, value));
    }

    private static byte[] last(MemoryLog log, LogPartition partition, long offset, byte[] value) {
        if (!(own(value) instanceof OwnRecord.Result one)) {
            return value;
        }
        byte[] last = value;
        for (long later = offset + 1; later < log.end(partition); later++) {
            MemoryLog.Entry entry = log.read(partition, later);
            if (entry != null
                    && own(entry.value()) instanceof OwnRecord.Result other
                    && other.call().equals(one.call())
                    && other.incarnation().equals(one.incarnation())) {
                last = entry.value();
            }
        }
        return last;
    }

    /** Gives records of the newest run the times of those of other runs that lie in front of them. */
    static final class TimeOfOtherRuns implements Alteration {
        private final Supplier<Incarnation> newest;
        private final Map<LogPartition, Long> others = new HashMap<>();

        TimeOfOtherRuns(Supplier<Incarnation> newest) {
            this.newest = newest;
        }

        @Override
        public void started(LogPartition partition) {
            others.remove(partition);
        }

        @Override
        public void hand(InboxReader.Handler to, LogPartition partition, long offset, long timestampMs, byte[] value) {
            if (!isOf(newest.get(), value)) {
                others.merge(partition, timestampMs, Math::max);
                to.record(partition, offset, timestampMs, value);
                return;
            }
            long atLeastMs = others.getOrDefault(partition, Long.MIN_VALUE);
            to.record(partition, offset, Math.max(timestampMs, atLeastMs), notBefore(atLeastMs, value));
        }

        private static byte[] notBefore(long atLeastMs, byte[] value) {
            if (!ReplayedRecord.is(value)) {
                return value;
            }
            ReplayedRecord record = ReplayedRecord.decode(value);
            long timestampMs = Math.max(record.timestampMs(), atLeastMs);
            return new ReplayedRecord(record.run(), record.offset(), timestampMs, record.value()).encode();
        }
    }

    private static boolean isOf(Incarnation run, byte[] value) {
        if (ReplayedRecord.is(value)) {
            return true;
        }
        OwnRecord own = own(value);
        if (own != null) {
            return own.incarnation().equals(run);
        }
        FrameReader frame = new FrameReader();
        frame.open(value);
        return frame.sender().incarnation().equals(run);
    }

    private static @Nullable OwnRecord own(byte[] value) {
        return OwnRecordCodec.isOwn(value) ? OwnRecordCodec.decode(value) : null;
    }

    /** @param checkpoints the number of the last checkpoint in each changelog */
    record Lease(LeaseLog real, Bug bug, MemoryLog log, Map<LogPartition, Long> checkpoints) implements LeaseLog {
        @Override
        public void acquire() {
            real.acquire();
        }

        @Override
        public Map<LogPartition, Long> commit(Iterable<LogRecord> given) {
            List<LogRecord> records = Lists.newArrayList(given);
            return switch (bug) {
                case R6_TORN_CHECKPOINT ->
                    halves(
                            records,
                            record -> !record.topic().startsWith(SimPlan.OUT_TOPIC)
                                    && !ProgressCodec.isEngineKey(record.key()));
                case R10_ROWS_WITHOUT_THEIR_NUMBER ->
                    halves(records, record -> record.topic().startsWith(SimPlan.OUT_TOPIC));
                case R10_LISTED_APART -> halves(records, Lease::lists);
                case R10_UNKNOWN_NOT_LISTED -> without(records, Lease::lists);
                case R10_INTENT_NOT_WRITTEN -> without(records, Lease::intends);
                case R6_FAILED_COMMIT_TAKEN_FOR_DONE -> boldly(records);
                case R12_REACH_NOT_COMMITTED -> withoutClaims(records);
                default -> real.commit(records);
            };
        }

        private Map<LogPartition, Long> halves(List<LogRecord> records, Predicate<LogRecord> first) {
            Map<LogPartition, Long> next = new HashMap<>();
            for (boolean half : new boolean[] {true, false}) {
                List<LogRecord> some = records.stream()
                        .filter(record -> first.test(record) == half)
                        .toList();
                next.putAll(real.commit(some));
            }
            return next;
        }

        private static boolean lists(LogRecord record) {
            return record.topic().equals(Names.unknownTopic(SimPlan.NAME, Checkers.EFFECTS));
        }

        private static boolean intends(LogRecord record) {
            return ProgressCodec.stepOfPublishedKey(record.key()).isPresent() && record.value()[0] == WITH_INTENT;
        }

        private Map<LogPartition, Long> without(List<LogRecord> records, Predicate<LogRecord> dropped) {
            List<LogRecord> others = records.stream().filter(dropped.negate()).toList();
            return others.isEmpty() ? Map.of() : real.commit(others);
        }

        private Map<LogPartition, Long> withoutClaims(List<LogRecord> records) {
            Map<LogPartition, Long> next = new HashMap<>();
            List<LogRecord> others = new ArrayList<>();
            for (LogRecord record : records) {
                LogPartition to = new LogPartition(record.topic(), Math.max(0, record.partition()));
                next.put(to, log.end(to));
                if (!isClaim(record, to)) {
                    others.add(record);
                }
            }
            if (!others.isEmpty()) {
                next.putAll(real.commit(others));
            }
            return next;
        }

        /** A claim says how far the slot may come, under the number of the checkpoint before. */
        private boolean isClaim(LogRecord record, LogPartition to) {
            if (!Arrays.equals(record.key(), ProgressCodec.progressKey())) {
                return false;
            }
            long checkpoint = ProgressCodec.decode(record.value()).checkpoint();
            Long before = checkpoints.put(to, checkpoint);
            return checkpoint == (before == null ? 0 : before);
        }

        private Map<LogPartition, Long> boldly(List<LogRecord> records) {
            try {
                return real.commit(records);
            } catch (LogException e) {
                real.acquire();
                Map<LogPartition, Long> next = new HashMap<>();
                records.forEach(record -> {
                    LogPartition to = new LogPartition(record.topic(), Math.max(0, record.partition()));
                    next.put(to, log.end(to));
                });
                return next;
            }
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private record Change(long offset, byte[] key, byte[] value) {
        boolean progress() {
            return Arrays.equals(key, ProgressCodec.progressKey());
        }
    }

    /** @param newest the newest version of the stage that has a changelog */
    static ChangelogReader changelogs(
            ChangelogReader real, Bug bug, MemoryLog log, ToIntFunction<LogPartition> newest) {
        return (partition, from, handler) -> {
            List<Change> changes = new ArrayList<>();
            long next = bug == Bug.R7_CHANGELOG_READ_UNCOMMITTED
                    ? uncommitted(log, partition, from, changes)
                    : real.read(partition, from, (offset, key, value) -> changes.add(new Change(offset, key, value)));
            int end = changes.size();
            if (bug == Bug.R7_CHANGELOG_READ_SHORT
                    && end > 0
                    && changes.get(end - 1).progress()) {
                end--;
                while (end > 0 && !changes.get(end - 1).progress()) {
                    end--;
                }
                next = end == 0 ? from : changes.get(end - 1).offset() + 1;
            }
            boolean seen = false;
            for (Change change : changes.subList(0, end)) {
                boolean hidden = bug == Bug.R6_DELETIONS_FORGOTTEN && change.value() == null
                        || bug == Bug.R8_WAITING_ROWS_FORGOTTEN && isOfCalls(change.key())
                        || bug == Bug.R10_NUMBER_FORGOTTEN
                                && ProgressCodec.stepOfPublishedKey(change.key())
                                        .isPresent()
                        || bug == Bug.R6_FIRST_PROGRESS && change.progress() && seen;
                seen |= change.progress();
                if (!hidden) {
                    handler.record(change.offset(), change.key(), value(change, bug, newest.applyAsInt(partition)));
                }
            }
            return next;
        };
    }

    /** The state of a step begins with its number and one more. */
    private static boolean isOfCalls(byte[] key) {
        return key.length > 0 && key[0] == SimPlan.CALL_STEP + 1;
    }

    private static byte[] value(Change change, Bug bug, int newest) {
        if (bug == Bug.R10_INTENT_FORGOTTEN && change.value() != null) {
            return withoutIntent(change);
        }
        if (!change.progress()) {
            return change.value();
        }
        Progress real = ProgressCodec.decode(change.value());
        Course course = real.course();
        Progress read = switch (bug) {
            case R3_NUMBERS_FORGOTTEN -> withoutNumbers(real);
            case R12_NEWEST_VERSION -> real.withCourse(new Course(newest, course.taken(), course.reach()));
            case R12_VERSION_FORGOTTEN -> real.withCourse(new Course(1, course.taken(), course.reach()));
            case R12_REACH_FORGOTTEN ->
                real.withCourse(new Course(course.stageVersion(), course.taken(), course.taken()));
            default -> real;
        };
        return ProgressCodec.encode(read);
    }

    private static Progress withoutNumbers(Progress before) {
        return new Progress(
                before.incarnation(),
                before.checkpoint(),
                before.nextPosition(),
                before.watermarkMs(),
                before.maxEventTimeMs(),
                before.finished(),
                before.senders(),
                List.of(),
                before.sinks(),
                before.course());
    }

    private static byte[] withoutIntent(Change change) {
        if (change.progress()) {
            Progress before = ProgressCodec.decode(change.value());
            Map<Integer, Long> none = new HashMap<>();
            before.sinks().forEach(sink -> none.put(sink.step(), 0L));
            return ProgressCodec.encode(before.withIntents(none));
        }
        boolean intent = ProgressCodec.stepOfPublishedKey(change.key()).isPresent() && change.value()[0] == WITH_INTENT;
        // Version 1 is version 2 without the intent, which is the last number.
        byte[] value = change.value();
        if (intent) {
            value = Arrays.copyOf(value, value.length - 1);
            value[0] = 1;
        }
        return value;
    }

    private static long uncommitted(MemoryLog log, LogPartition partition, long from, List<Change> changes) {
        long end = log.end(partition);
        for (long offset = from; offset < end; offset++) {
            MemoryLog.Entry entry = log.read(partition, offset);
            if (entry != null) {
                changes.add(new Change(offset, entry.key(), entry.value()));
            }
        }
        return end;
    }
}
