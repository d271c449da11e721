package io.weirflow.state;

import java.util.concurrent.atomic.LongAdder;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * What RocksDB does for look-ups: how many table files it leaves beside each other before it merges some, and whether a write buffer has a filter. A look-up asks the filters of all of them, so where state is looked up, they should be few. Where keys are hardly
 * ever looked for, as by windows whose groups are known on the heap or begun anew, merging is work for nothing: there may be many.
 *
 * <p>Look-ups are counted by the slot's thread, everything else is done by the one that writes.
 */
final class RocksDbMerging {

    /** With more, look-ups cost more than merging saves; and a database that is opened has so many. */
    static final int FILES = 16;

    /** Where hardly anything is looked up. A scan still goes through all of them at once. */
    static final int FILES_SELDOM_READ = 48;

    /** How much of a write buffer is a filter of its keys, which each write fills. */
    static final double BLOOM_RATIO = 0.02;

    /** State counts as seldom read while there is less than one look-up for so many changes. */
    private static final int CHANGES_PER_LOOK_UP = 8;

    /** After so many look-ups it is decided anew, however little was changed. */
    private static final int LOOK_UPS_TO_DECIDE = 1 << 13;

    private final long bytesToDecide;
    private final LongAdder lookUps = new LongAdder();
    private long changes;
    private long changedBytes;
    private boolean seldomRead;

    /** @param bytesToDecide after so many bytes of changes it is decided anew */
    RocksDbMerging(long bytesToDecide) {
        this.bytesToDecide = bytesToDecide;
    }

    /** Keys were looked for. */
    void lookedUp(int keys) {
        lookUps.add(keys);
    }

    /** The database was opened again, as it is opened first. */
    void reopened() {
        seldomRead = false;
        begin();
    }

    private void begin() {
        lookUps.reset();
        changes = 0;
        changedBytes = 0;
    }

    /** So many keys were changed: decides anew when there is enough to decide on. */
    void wrote(RocksDB db, int keys, long bytes) throws RocksDBException {
        changes += keys;
        changedBytes += bytes;
        long found = lookUps.sum();
        if (changedBytes >= bytesToDecide || found >= LOOK_UPS_TO_DECIDE) {
            decide(db, found * CHANGES_PER_LOOK_UP < changes);
            begin();
        }
    }

    private void decide(RocksDB db, boolean seldom) throws RocksDBException {
        if (seldom != seldomRead) {
            db.setOptions(MutableColumnFamilyOptions.builder()
                    .setLevel0FileNumCompactionTrigger(seldom ? FILES_SELDOM_READ : FILES)
                    .setMemtablePrefixBloomSizeRatio(seldom ? 0 : BLOOM_RATIO)
                    .build());
            seldomRead = seldom;
        }
    }
}
