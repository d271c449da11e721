package io.weirflow.worker.slot;

import io.weirflow.protocol.log.LogException;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.log.LogRecord;
import io.weirflow.worker.sink.CommitRequest;
import io.weirflow.worker.sink.Committer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One record of the engine's in a changelog that whoever opens a slot waits for. */
final class AwaitedCommit implements CommitRequest {

    private final long term;
    private final LogPartition changelog;
    private final LogRecord record;
    private final long sizeBytes;
    private final CompletableFuture<Long> nextOffset = new CompletableFuture<>();

    private AwaitedCommit(long term, LogPartition changelog, byte[] key, byte[] value) {
        this.term = term;
        this.changelog = changelog;
        this.record = new LogRecord(changelog.topic(), changelog.partition(), key, value);
        this.sizeBytes = key.length + (long) value.length;
    }

    /**
     * Commits a record under the lease of this term. Blocks.
     *
     * @return the offset after it
     * @throws LogException when it is not known to be committed
     */
    static long of(Committer committer, long term, LogPartition changelog, byte[] key, byte[] value) {
        return submit(committer, term, changelog, key, value).await(committer);
    }

    /** Begins to commit a record under the lease of this term. Whoever does has to {@link #await} it, whatever happens meanwhile. */
    static AwaitedCommit submit(Committer committer, long term, LogPartition changelog, byte[] key, byte[] value) {
        AwaitedCommit commit = new AwaitedCommit(term, changelog, key, value);
        committer.submit(commit);
        return commit;
    }

    /** Runs something once the committer has answered, on its thread, or at once; it must not block. */
    void whenSettled(Runnable then) {
        var unused = nextOffset.whenComplete((next, problem) -> then.run());
    }

    /** Returns whether the committer has answered. */
    boolean settled() {
        return nextOffset.isDone();
    }

    /**
     * Waits until the record is committed. Blocks.
     *
     * @return the offset after it
     * @throws LogException when it is not known to be committed
     */
    long await(Committer committer) {
        committer.awaitSettled(changelog);
        return result();
    }

    /**
     * Returns what has become of it, once it is settled.
     *
     * @return the offset after it
     * @throws LogException when it is not known to be committed
     */
    long result() {
        if (!settled()) {
            throw new LogException(LogException.Kind.RETRY, "a commit that opens a slot was not answered", null);
        }
        try {
            return nextOffset.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LogException problem) {
                throw problem;
            }
            throw e;
        }
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public LogPartition changelog() {
        return changelog;
    }

    @Override
    public List<LogRecord> records() {
        return List.of(record);
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void committed(Map<LogPartition, Long> nextOffsets) {
        nextOffset.complete(nextOffsets.get(changelog));
    }

    @Override
    public void failed(LogException problem) {
        nextOffset.completeExceptionally(problem);
    }
}
