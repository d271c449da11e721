package io.weirflow.worker.service;

import io.weirflow.protocol.checkpoint.ProgressCodec;
import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.ChangelogTail;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.testkit.log.MemoryLog;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What stands in the place of the logs that followers read, to plant a {@link Bug}. Remembers how far a process has followed. */
final class FollowerDoubles {

    private final Bug bug;
    private final MemoryLog log;
    private final Map<LogPartition, Long> followed = new HashMap<>();

    FollowerDoubles(Bug bug, MemoryLog log) {
        this.bug = bug;
        this.log = log;
    }

    /** A reader of what is left when a slot is opened that was followed here before. */
    ChangelogReader rest(ChangelogReader real) {
        return switch (bug) {
            case R11_REST_NOT_READ ->
                (partition, from, handler) -> from > 0 && from == followed.getOrDefault(partition, -1L)
                        ? from
                        : real.read(partition, from, handler);
            case R11_OLD_END ->
                (partition, from, handler) -> {
                    long end = followed.getOrDefault(partition, Long.MAX_VALUE);
                    if (from < end) {
                        return real.read(partition, from, handler);
                    }
                    return real.read(partition, from, (offset, key, value) -> {
                        if (offset < end) {
                            handler.record(offset, key, value);
                        }
                    });
                };
            default -> real;
        };
    }

    ChangelogTail tail(ChangelogTail real) {
        return bug == Bug.R11_UNCOMMITTED_FOLLOWED ? new Uncommitted() : new Watched(real);
    }

    private boolean hidden(byte[] key, byte[] value) {
        return bug == Bug.R11_DELETIONS_NOT_FOLLOWED && value == null
                || bug == Bug.R11_NUMBER_NOT_FOLLOWED
                        && ProgressCodec.stepOfPublishedKey(key).isPresent()
                || bug == Bug.R11_TORN_FOLLOWED && !ProgressCodec.isEngineKey(key) && Arrays.hashCode(key) % 3 == 0;
    }

    private final class Watched implements ChangelogTail {
        private final ChangelogTail real;

        Watched(ChangelogTail real) {
            this.real = real;
        }

        @Override
        public void start(LogPartition partition, long offset) {
            real.start(partition, offset);
        }

        @Override
        public void stop(LogPartition partition) {
            real.stop(partition);
        }

        @Override
        public int poll(long maxWaitMs, Handler handler) {
            return real.poll(maxWaitMs, (partition, offset, key, value) -> {
                if (!hidden(key, value)) {
                    handler.record(partition, offset, key, value);
                }
            });
        }

        @Override
        public long position(LogPartition partition) {
            followed.put(partition, real.position(partition));
            return real.position(partition);
        }

        @Override
        public long lag(LogPartition partition) {
            return real.lag(partition);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    /** Reads everything that lies in the log, whatever becomes of it. */
    private final class Uncommitted implements ChangelogTail {
        private final Map<LogPartition, Long> next = new HashMap<>();

        @Override
        public void start(LogPartition partition, long offset) {
            next.put(partition, offset);
        }

        @Override
        public void stop(LogPartition partition) {
            next.remove(partition);
        }

        @Override
        public int poll(long maxWaitMs, Handler handler) {
            int count = 0;
            for (LogPartition partition : List.copyOf(next.keySet())) {
                for (long offset = next.get(partition); offset < log.end(partition); offset++) {
                    MemoryLog.Entry entry = log.read(partition, offset);
                    if (entry != null) {
                        handler.record(partition, offset, entry.key(), entry.value());
                        count++;
                    }
                }
                next.put(partition, log.end(partition));
            }
            return count;
        }

        @Override
        public long position(LogPartition partition) {
            return next.get(partition);
        }

        @Override
        public long lag(LogPartition partition) {
            return 0;
        }

        @Override
        public void close() {}
    }
}
