package io.weirflow.state;

import io.weirflow.api.state.StateTable;
import io.weirflow.protocol.log.ChangelogAge;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.FlushOptions;
import org.rocksdb.MutableDBOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteOptions;

/**
 * Committed state of one slot in a RocksDB of its own. Open it with {@link RocksDbRuntime#open}.
 *
 * <p>Implementation note. The progress record lies beside the data, under a key of the engine, so one {@code WriteBatch} carries both, and
 * whatever prefix of the batches a crash leaves is consistent. Nothing goes into RocksDB's write-ahead log: the changelog has it all, and to read again
 * what was not flushed, at most the write buffers, takes no longer than to replay a log of it. {@link #close()} flushes. A bulk load puts
 * down a marker before it, and removes it in one batch with the new progress before everything is flushed. Each call into native code holds a read lock whose write side
 * {@link #close()} takes, so that no handle is used after it was freed.
 */
public final class RocksDbBackend implements StateBackend {

    private static final byte[] PROGRESS = StateKeys.progressKey();
    private static final byte[] LOADING = {0x00, 'l'};
    private static final byte[] NO_BYTES = {};

    /** Version 1 did not say when it was written. */
    private static final byte PROGRESS_VERSION = 2;

    private static final int PROGRESS_HEADER_BYTES = 1 + 2 * Long.BYTES;

    /** What is not on disk after so long is flushed, or little state that seldom changes would be out of date after a crash. */
    private static final long FLUSH_AFTER_MS = Duration.ofHours(1).toMillis();

    private static final int FIRST_KEY_BYTES = 64;
    private static final int SMALL_VALUE_BYTES = 512;

    /** What the progress record mostly needs; a batch grows when it is more. */
    private static final int PROGRESS_ROOM_BYTES = 1 << 10;

    /** What is removed need not be flushed. */
    private static final MutableDBOptions DISCARDED =
            MutableDBOptions.builder().setAvoidFlushDuringShutdown(true).build();

    private final Path directory;
    private final Options options;
    private final RocksDbMerging merging;
    private final BatchBuffers buffers;
    private final LongSupplier clockMs;
    private final Closings closings;
    private final Consumer<RocksDbBackend> onClose;
    private final ReadOptions readOptions = new ReadOptions();
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Lock use = lock.readLock();
    private final Set<RocksCursor> cursors = new HashSet<>();

    private @Nullable RocksDB db;

    /** Used by whoever writes. */
    private long lastFlushMs;

    private RocksDbBackend(
            Path directory,
            Options options,
            RocksDB db,
            BatchBuffers buffers,
            LongSupplier clockMs,
            Closings closings,
            Consumer<RocksDbBackend> onClose) {
        this.directory = directory;
        this.options = options;
        this.buffers = buffers;
        this.merging = new RocksDbMerging(options.writeBufferSize());
        this.db = db;
        this.clockMs = clockMs;
        this.closings = closings;
        this.onClose = onClose;
        this.lastFlushMs = clockMs.getAsLong();
    }

    static RocksDbBackend open(
            Path directory,
            Options options,
            BatchBuffers buffers,
            LongSupplier clockMs,
            Closings closings,
            Consumer<RocksDbBackend> onClose) {
        closings.await(directory);
        if (RocksDbDirectory.isHalfWiped(directory)) {
            RocksDbDirectory.destroy(directory, options);
        }
        RocksDbDirectory.create(directory);
        RocksDB db = openDb(directory, options);
        try {
            if (db.get(LOADING) != null || isOutdated(db.get(PROGRESS), clockMs.getAsLong())) {
                db.close();
                RocksDbDirectory.destroy(directory, options);
                RocksDbDirectory.create(directory);
                db = openDb(directory, options);
            }
        } catch (RocksDBException e) {
            db.close();
            throw RocksDbErrors.onOpen(e, directory);
        }
        return new RocksDbBackend(directory, options, db, buffers, clockMs, closings, onClose);
    }

    /** Whether too much time has gone by for the rest of the changelog to tell of all that was deleted since, see {@link ChangelogAge}. */
    private static boolean isOutdated(byte @Nullable [] progress, long nowMs) {
        if (progress == null || progress.length < PROGRESS_HEADER_BYTES || progress[0] > PROGRESS_VERSION) {
            return false;
        }
        long writtenMs = ByteBuffer.wrap(progress).getLong(1 + Long.BYTES);
        // A clock that was ahead then says nothing, either.
        return progress[0] < PROGRESS_VERSION || Math.abs(nowMs - writtenMs) > ChangelogAge.COPY_IS_OF_USE.toMillis();
    }

    private static RocksDB openDb(Path directory, Options options) {
        RocksDbDirectory.check(directory);
        try {
            return RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            throw RocksDbErrors.onOpen(e, directory);
        }
    }

    /** Returns the directory that holds the files. */
    public Path directory() {
        return directory;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        merging.lookedUp(1);
        use.lock();
        try {
            return db().get(readOptions, key);
        } catch (RocksDBException e) {
            throw RocksDbErrors.onAccess(e, directory);
        } finally {
            use.unlock();
        }
    }

    @Override
    public List<byte @Nullable []> getAll(List<byte[]> keys) {
        merging.lookedUp(keys.size());
        use.lock();
        try {
            List<byte[]> values = db().multiGetAsList(readOptions, keys);
            for (int i = 0; i < values.size(); i++) {
                // The call says the same of a key that is missing and of one that could not be read.
                if (values.get(i) == null && db().keyExists(readOptions, keys.get(i))) {
                    values.set(i, db().get(readOptions, keys.get(i)));
                }
            }
            return values;
        } catch (RocksDBException e) {
            throw RocksDbErrors.onAccess(e, directory);
        } finally {
            use.unlock();
        }
    }

    @Override
    public StateTable.Cursor scan(byte[] from, byte[] to) {
        return cursor(from, to, true);
    }

    @Override
    public StateTable.Cursor sweep(byte[] from, byte[] to) {
        return cursor(from, to, false);
    }

    private RocksCursor cursor(byte[] from, byte[] to, boolean fillCache) {
        use.lock();
        try {
            RocksCursor cursor = new RocksCursor(db(), from, to, fillCache);
            synchronized (cursors) {
                cursors.add(cursor);
            }
            return cursor;
        } finally {
            use.unlock();
        }
    }

    @Override
    public PreparedWrite prepare(Delta delta) {
        RocksDbBatch batch = new RocksDbBatch(buffers, delta, PROGRESS_ROOM_BYTES);
        return new PreparedWrite() {
            @Override
            public void add(Change change) {
                batch.add(change);
            }

            @Override
            public void write(StoredProgress progress) {
                RocksDbBackend.this.write(batch, progress);
            }
        };
    }

    @Override
    public void write(Delta delta, StoredProgress progress) {
        write(RocksDbBatch.of(buffers, delta, PROGRESS_ROOM_BYTES), progress);
    }

    private void write(RocksDbBatch batch, StoredProgress progress) {
        batch.put(PROGRESS, encode(progress));
        write(batch);
        adaptMerging(batch);
        batch.release(buffers);
        if (clockMs.getAsLong() - lastFlushMs >= FLUSH_AFTER_MS) {
            flush(false);
        }
    }

    private void adaptMerging(RocksDbBatch written) {
        use.lock();
        try {
            merging.wrote(db(), written.count(), written.length());
        } catch (RocksDBException e) {
            throw RocksDbErrors.onAccess(e, directory);
        } finally {
            use.unlock();
        }
    }

    private void write(RocksDbBatch batch) {
        use.lock();
        try {
            batch.writeTo(db(), unlogged);
        } catch (RocksDBException e) {
            throw RocksDbErrors.onAccess(e, directory);
        } finally {
            use.unlock();
        }
    }

    @Override
    public Optional<StoredProgress> progress() {
        byte[] record = get(PROGRESS);
        if (record == null) {
            return Optional.empty();
        }
        if (record.length < PROGRESS_HEADER_BYTES || record[0] != PROGRESS_VERSION) {
            throw new StateCorruptException(directory, "the progress record has an unknown format");
        }
        byte[] progress = new byte[record.length - PROGRESS_HEADER_BYTES];
        ByteBuffer fields = ByteBuffer.wrap(record);
        fields.get();
        long changelogNextOffset = fields.getLong();
        fields.getLong();
        fields.get(progress);
        return Optional.of(new StoredProgress(progress, changelogNextOffset));
    }

    /** Whatever is written has just been at the end of its changelog: committed, or read by one who has read everything. */
    private byte[] encode(StoredProgress progress) {
        return ByteBuffer.allocate(PROGRESS_HEADER_BYTES + progress.progress().length)
                .put(PROGRESS_VERSION)
                .putLong(progress.changelogNextOffset())
                .putLong(clockMs.getAsLong())
                .put(progress.progress())
                .array();
    }

    @Override
    public void beginLoad() {
        RocksDbBatch batch = new RocksDbBatch();
        batch.put(LOADING, NO_BYTES);
        batch.delete(PROGRESS);
        write(batch);
    }

    @Override
    public void load(Delta delta) {
        RocksDbBatch batch = RocksDbBatch.of(buffers, delta, 0);
        write(batch);
        batch.release(buffers);
    }

    @Override
    public void endLoad(StoredProgress progress) {
        RocksDbBatch batch = new RocksDbBatch();
        batch.delete(LOADING);
        batch.put(PROGRESS, encode(progress));
        write(batch);
        flush(true);
    }

    private void flush(boolean wait) {
        lastFlushMs = clockMs.getAsLong();
        use.lock();
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(wait)) {
            db().flush(flush);
        } catch (RocksDBException e) {
            throw RocksDbErrors.onAccess(e, directory);
        } finally {
            use.unlock();
        }
    }

    @Override
    public void clear() {
        lock.writeLock().lock();
        try {
            RocksDB current = db();
            closeCursors();
            current.setDBOptions(DISCARDED);
            db = null;
            current.close();
            RocksDbDirectory.destroy(directory, options);
            RocksDbDirectory.create(directory);
            db = openDb(directory, options);
            merging.reopened();
        } catch (RocksDBException e) {
            throw RocksDbErrors.onAccess(e, directory);
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public long approximateSizeBytes() {
        use.lock();
        try {
            return db().getLongProperty("rocksdb.estimate-live-data-size")
                    + db().getLongProperty("rocksdb.cur-size-all-mem-tables");
        } catch (RocksDBException e) {
            throw RocksDbErrors.onAccess(e, directory);
        } finally {
            use.unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            RocksDB current = db;
            db = null;
            if (current != null) {
                closeCursors();
                closings.begin(directory, current);
            }
            // Native references may be closed twice.
            readOptions.close();
            unlogged.close();
        } finally {
            lock.writeLock().unlock();
        }
        onClose.accept(this);
    }

    private void closeCursors() {
        synchronized (cursors) {
            cursors.forEach(RocksCursor::release);
            cursors.clear();
        }
    }

    private RocksDB db() {
        RocksDB current = db;
        if (current == null) {
            throw new IllegalStateException("the state in " + directory + " is closed");
        }
        return current;
    }

    private final class RocksCursor implements StateTable.Cursor {
        private final Slice end;
        private final ReadOptions bounded;
        private final RocksIterator iterator;
        private final byte[] from;
        private byte[] key = new byte[FIRST_KEY_BYTES];
        private final byte[] valueRead = new byte[SMALL_VALUE_BYTES];

        /** Below 0 when the cursor is not at an entry. */
        private int keyLength = -1;

        private byte @Nullable [] value;
        private boolean started;
        private volatile boolean released;

        RocksCursor(RocksDB db, byte[] from, byte[] to, boolean fillCache) {
            this.from = from;
            end = new Slice(to);
            bounded = new ReadOptions().setIterateUpperBound(end).setFillCache(fillCache);
            iterator = db.newIterator(bounded);
        }

        /** Takes the entry along, in as few calls into native code as there can be. */
        @Override
        public boolean next() {
            use.lock();
            try {
                checkOpen();
                if (started) {
                    iterator.next();
                } else {
                    started = true;
                    iterator.seek(from);
                }
                boolean valid = iterator.isValid();
                if (!valid) {
                    iterator.status();
                }
                keyLength = valid ? readKey() : -1;
                value = valid ? readValue() : null;
                return valid;
            } catch (RocksDBException e) {
                throw RocksDbErrors.onAccess(e, directory);
            } finally {
                use.unlock();
            }
        }

        /** Callers want a part of the key, so it is taken into an array that is used again. */
        private int readKey() {
            int length = iterator.key(key);
            if (length > key.length) {
                key = new byte[Math.max(length, 2 * key.length)];
                length = iterator.key(key);
            }
            return length;
        }

        /** An array that native code makes takes longer than one that is filled there and copied here. */
        private byte[] readValue() {
            int length = iterator.value(valueRead);
            return length <= valueRead.length ? Arrays.copyOf(valueRead, length) : iterator.value();
        }

        @Override
        public byte[] key() {
            return keyFrom(0);
        }

        @Override
        public byte[] keyFrom(int start) {
            checkOpen();
            if (keyLength < 0) {
                throw notAtEntry();
            }
            return Arrays.copyOfRange(key, start, keyLength);
        }

        @Override
        public byte[] value() {
            checkOpen();
            byte[] current = value;
            if (current == null) {
                throw notAtEntry();
            }
            return current;
        }

        private static NoSuchElementException notAtEntry() {
            return new NoSuchElementException("the cursor is not at an entry");
        }

        private void checkOpen() {
            if (released) {
                throw new IllegalStateException("the cursor, or the state in " + directory + ", is closed");
            }
        }

        private void release() {
            if (!released) {
                released = true;
                iterator.close();
                bounded.close();
                end.close();
            }
        }

        @Override
        public void close() {
            use.lock();
            try {
                synchronized (cursors) {
                    cursors.remove(this);
                    release();
                }
            } finally {
                use.unlock();
            }
        }
    }
}
