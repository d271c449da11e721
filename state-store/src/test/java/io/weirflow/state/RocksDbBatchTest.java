package io.weirflow.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

final class RocksDbBatchTest {

    private static final byte[] KEY = {7};
    private static final byte[] DELETED = {8};

    /** What is left of the array is nothing, too little for a record of its own, or enough for one. */
    @Test
    void howeverMuchOfItsArrayIsLeftOnlyItsChangesAreWritten(@TempDir Path directory) throws RocksDBException {
        try (Options options = new Options().setCreateIfMissing(true);
                WriteOptions unlogged = new WriteOptions().setDisableWAL(true);
                RocksDB db = RocksDB.open(options, directory.toString())) {
            for (int size = 0; size < 700; size++) {
                db.put(unlogged, DELETED, KEY);
                RocksDbBatch batch = new RocksDbBatch();
                byte[] value = new byte[size];
                batch.put(KEY, value);
                batch.delete(DELETED);
                batch.writeTo(db, unlogged);
                assertThat(db.get(KEY)).as("%d bytes", size).isEqualTo(value);
                assertThat(db.get(DELETED)).as("%d bytes", size).isNull();
            }
            assertThat(db.getLatestSequenceNumber()).as("three changes each").isEqualTo(2_100);
        }
    }
}
