package io.weirflow.testkit.log;

import io.weirflow.protocol.log.ChangelogReader;
import io.weirflow.protocol.log.ChangelogTail;
import io.weirflow.protocol.log.FrameSender;
import io.weirflow.protocol.log.InboxReader;
import io.weirflow.protocol.log.LeaseLog;
import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The log of the simulations passes what brokers pass. */
final class MemoryLogTest extends LogPortsSuite {

    private final MemoryLog log = new MemoryLog(() -> 0);
    private final Random random = new Random(1);
    private int names;

    @Override
    protected LogPartition newTopic(int partitions) {
        String topic = "topic-" + ++names;
        log.createTopic(topic, partitions);
        return new LogPartition(topic, 0);
    }

    @Override
    protected String newId() {
        return "id-" + ++names;
    }

    @Override
    protected LeaseLog openLease(String transactionalId) {
        return new MemoryLease(log, transactionalId, CommitFaults.NONE);
    }

    @Override
    protected ChangelogReader changelogs() {
        return log.changelogs();
    }

    @Override
    protected ChangelogTail openTail() {
        return new MemoryChangelogTail(log);
    }

    @Override
    protected InboxReader openInboxReader() {
        return new MemoryInboxReader(log);
    }

    @Override
    protected FrameSender openSender() {
        return new MemoryFrameSender(log);
    }

    @Override
    protected void drive(FrameSender sender) {
        MemoryFrameSender memory = (MemoryFrameSender) sender;
        while (memory.pending() > 0) {
            memory.deliver(random.nextInt(100), 1);
        }
        while (memory.answers() > 0) {
            memory.answer(random.nextInt(100));
        }
    }

    @Override
    protected void sendAndLose(FrameSender sender, LogPartition to, FrameSender.Callback callback) {
        sender.send(to, new byte[] {1}, callback);
        ((MemoryFrameSender) sender).deliver(0, 0);
    }

    @Override
    protected void leaveOpen(String transactionalId, List<LogRecord> records) {
        MemoryLease lease = new MemoryLease(log, transactionalId, any -> CommitFaults.Outcome.LEFT_OPEN);
        lease.acquire();
        try {
            lease.commit(records);
        } catch (LogException e) {
            return;
        }
        throw new IllegalStateException("it was committed");
    }

    @Override
    protected Optional<LogException> commitWhileTaken(String transactionalId, List<LogRecord> records) {
        MemoryLease next = new MemoryLease(log, transactionalId, CommitFaults.NONE);
        CommitFaults.Outcome outcome = CommitFaults.Outcome.values()[names % CommitFaults.Outcome.values().length];
        MemoryLease holder = new MemoryLease(log, transactionalId, new CommitFaults() {
            @Override
            public Outcome next(List<LogRecord> written) {
                return outcome;
            }

            @Override
            public void written() {
                if (outcome == Outcome.DONE) {
                    next.acquire();
                }
            }
        });
        holder.acquire();
        try {
            holder.commit(records);
            return Optional.empty();
        } catch (LogException e) {
            return Optional.of(e);
        } finally {
            next.acquire();
        }
    }

    @Override
    protected List<String> stable(LogPartition partition) {
        return log.committed(partition).stream()
                .map(entry -> new String(entry.value(), StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    protected void deleteBefore(LogPartition partition, long offset) {
        log.deleteBefore(partition, offset);
    }
}
