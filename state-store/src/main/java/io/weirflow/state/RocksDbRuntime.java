package io.weirflow.state;

import io.weirflow.protocol.log.ChangelogAge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionOptionsUniversal;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.Env;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.Priority;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * What all RocksDB back ends of a process share: native memory under one bound, and background threads. Safe for use by several threads.
 *
 * <p>Implementation note. The options are made for point lookups of small values: bloom filters (also in front of the write buffer), a hash
 * index in the blocks, small blocks, no compression where data is young. Index and filter blocks live in the cache, so that they are
 * inside the bound. Table files are merged in few and large steps (universal compaction): a checkpoint's changes are spread over all keys, and merging them level by level writes each
 * key several times more. Opening is kept quick, because recovery and rescaling open many slots: no statistics, no preallocated files, no write-ahead log
 * to replay (the changelog has it all, see {@link RocksDbBackend}).
 */
public final class RocksDbRuntime implements AutoCloseable {

    private static final int BLOOM_BITS_PER_KEY = 10;
    private static final int BLOCK_BYTES = 4 << 10;
    private static final double HASH_INDEX_FILL = 0.75;
    private static final double HIGH_PRIORITY_POOL = 0.5;
    private static final int FILE_OPENING_THREADS = 2;
    private static final int YOUNG_LEVELS = 2;
    private static final int LEVELS = 7;

    /** Writers are slowed down, and stopped, when merging falls this far behind. */
    private static final int SLOWED_AT_FILES = 64;

    private static final int STOPPED_AT_FILES = 96;

    /** How much more space than its newest values state may take before all of it is merged. */
    private static final int MAX_EXTRA_SPACE_PERCENT = 200;

    private final Cache cache;
    private final WriteBufferManager writeBufferManager;
    private final BloomFilter bloomFilter;
    private final CompactionOptionsUniversal compaction;
    private final Options options;
    private final BatchBuffers buffers = new BatchBuffers();
    private final LongSupplier clockMs;
    private final Closings closings = new Closings();
    private final Set<RocksDbBackend> open = ConcurrentHashMap.newKeySet();

    /** Whoever opens or removes files reads under it; the end of the runtime is the one that writes. */
    private final ReadWriteLock life = new ReentrantReadWriteLock();

    private boolean closed;

    /** @param clockMs tells how old a copy of state is, in milliseconds since 1970 */
    public RocksDbRuntime(RocksDbSettings settings, LongSupplier clockMs) {
        this.clockMs = clockMs;
        RocksDB.loadLibrary();
        // The pool of background threads belongs to the process whatever we do, so the larger of two settings wins.
        Env env = Env.getDefault();
        env.incBackgroundThreadsIfNeeded(settings.backgroundThreads(), Priority.LOW);
        env.incBackgroundThreadsIfNeeded(1, Priority.HIGH);
        cache = new LRUCache(settings.cacheBytes(), -1, false, HIGH_PRIORITY_POOL);
        writeBufferManager = new WriteBufferManager(settings.writeBufferBytes(), cache);
        bloomFilter = new BloomFilter(BLOOM_BITS_PER_KEY, false);
        compaction = new CompactionOptionsUniversal().setMaxSizeAmplificationPercent(MAX_EXTRA_SPACE_PERCENT);
        options = options(settings, env);
    }

    private Options options(RocksDbSettings settings, Env env) {
        Options made = withVerifiedLogs();
        made.setCreateIfMissing(true);
        made.setEnv(env);
        made.setWriteBufferManager(writeBufferManager);
        made.setMaxBackgroundJobs(settings.backgroundThreads() + 1);
        made.setMaxOpenFiles(settings.maxOpenFilesPerSlot());
        made.setMaxFileOpeningThreads(FILE_OPENING_THREADS);
        made.setSkipStatsUpdateOnDbOpen(true);
        // Where most is read in order, as by windows that fire, the system's reading ahead is worth having.
        made.setAdviseRandomOnOpen(false);
        made.setAvoidFlushDuringRecovery(true);
        made.setAllowFAllocate(false);
        made.setInfoLogLevel(InfoLogLevel.ERROR_LEVEL);
        made.setKeepLogFileNum(1);
        made.setStatsDumpPeriodSec(0);
        made.setStatsPersistPeriodSec(0);
        made.setWriteBufferSize(settings.slotWriteBufferBytes());
        made.setMemtablePrefixBloomSizeRatio(RocksDbMerging.BLOOM_RATIO);
        made.setMemtableWholeKeyFiltering(true);
        made.setCompactionStyle(CompactionStyle.UNIVERSAL);
        made.setCompactionOptionsUniversal(compaction);
        made.setLevel0FileNumCompactionTrigger(RocksDbMerging.FILES);
        made.setLevel0SlowdownWritesTrigger(SLOWED_AT_FILES);
        made.setLevel0StopWritesTrigger(STOPPED_AT_FILES);
        made.setNumLevels(LEVELS);
        made.setCompressionPerLevel(compression());
        made.setTableFormatConfig(tableFormat());
        return made;
    }

    /**
     * Former versions of this engine wrote state to RocksDB's write-ahead log, which is replayed when it is opened. Each log names the one before it; without this, a manifest that has lost its end makes RocksDB replay the newest log over
     * older tables, and a checkpoint in between is silently missing. The setting has no method in Java.
     */
    private static Options withVerifiedLogs() {
        Properties properties = new Properties();
        properties.setProperty("track_and_verify_wals", "true");
        try (DBOptions verified = DBOptions.getDBOptionsFromProps(properties);
                ColumnFamilyOptions defaults = new ColumnFamilyOptions()) {
            if (verified == null) {
                throw new IllegalStateException("this RocksDB does not know track_and_verify_wals");
            }
            return new Options(verified, defaults);
        }
    }

    private static List<CompressionType> compression() {
        List<CompressionType> perLevel = new ArrayList<>();
        for (int level = 0; level < LEVELS; level++) {
            perLevel.add(level < YOUNG_LEVELS ? CompressionType.NO_COMPRESSION : CompressionType.LZ4_COMPRESSION);
        }
        return perLevel;
    }

    private BlockBasedTableConfig tableFormat() {
        return new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(bloomFilter)
                .setBlockSize(BLOCK_BYTES)
                .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash)
                .setDataBlockHashTableUtilRatio(HASH_INDEX_FILL)
                .setOptimizeFiltersForMemory(true)
                .setCacheIndexAndFilterBlocks(true)
                .setCacheIndexAndFilterBlocksWithHighPriority(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
    }

    /**
     * Opens the back end of one slot, in a directory of its own, which is made when it is missing. What an interrupted restore or wipe left
     * behind is removed first, and state that is too old to be brought up to date ({@link ChangelogAge}). Takes a tenth of a second where the disk is slow, and longer where the same directory is just being closed;
     * several are opened at the same time, and none waits for another.
     *
     * @throws StateInUseException when someone else has it open
     * @throws StateCorruptException when it is damaged: {@link #destroy} it and open it again
     * @throws StateIOException when the directory cannot be made, read or written
     */
    public RocksDbBackend open(Path directory) {
        life.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the RocksDB runtime is closed");
            }
            RocksDbBackend backend = RocksDbBackend.open(directory, options, buffers, clockMs, closings, open::remove);
            open.add(backend);
            return backend;
        } finally {
            life.readLock().unlock();
        }
    }

    /**
     * Removes a slot's directory and all that is in it; nothing happens when there is none.
     *
     * @throws StateInUseException when someone has it open
     * @throws StateIOException when it cannot be removed
     */
    public void destroy(Path directory) {
        life.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the RocksDB runtime is closed");
            }
            closings.await(directory);
            RocksDbDirectory.destroy(directory, options);
        } finally {
            life.readLock().unlock();
        }
    }

    /** Waits until no files are used but those of back ends that are open: to close one goes on behind the call. */
    public void awaitClosed() {
        closings.awaitAll();
    }

    /** Closes the back ends that are still open, waits for all of them, then releases the memory. */
    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            life.writeLock().unlock();
        }
        List.copyOf(open).forEach(RocksDbBackend::close);
        closings.close();
        options.close();
        compaction.close();
        bloomFilter.close();
        writeBufferManager.close();
        cache.close();
    }
}
