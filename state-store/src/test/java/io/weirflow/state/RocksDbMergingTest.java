package io.weirflow.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.CompactionStyle;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

final class RocksDbMergingTest {

    private static final int BYTES = 1_000;

    private final RocksDbMerging merging = new RocksDbMerging(BYTES);
    private final Options options = new Options()
            .setCreateIfMissing(true)
            .setCompactionStyle(CompactionStyle.UNIVERSAL)
            .setLevel0FileNumCompactionTrigger(RocksDbMerging.FILES);

    private RocksDB db;

    @BeforeEach
    void open(@TempDir Path directory) throws RocksDBException {
        db = RocksDB.open(options, directory.toString());
    }

    @AfterEach
    void close() {
        db.close();
        options.close();
    }

    private int files() throws RocksDBException {
        return db.getOptions().level0FileNumCompactionTrigger();
    }

    private int filesAfter(int lookUps, int changes, long bytes) throws RocksDBException {
        merging.lookedUp(lookUps);
        merging.wrote(db, changes, bytes);
        return files();
    }

    @Test
    void thereMayBeMoreWhereHardlyAnythingIsLookedUp() throws RocksDBException {
        assertThat(filesAfter(0, 80, BYTES - 1)).isEqualTo(RocksDbMerging.FILES);
        assertThat(filesAfter(9, 0, 1)).as("nine for eighty").isEqualTo(RocksDbMerging.FILES_SELDOM_READ);
        assertThat(filesAfter(10, 80, BYTES)).as("ten for eighty").isEqualTo(RocksDbMerging.FILES);
        assertThat(filesAfter(9, 80, BYTES)).as("counted anew").isEqualTo(RocksDbMerging.FILES_SELDOM_READ);
    }

    @Test
    void manyLookUpsAreHeededBeforeMuchIsChanged() throws RocksDBException {
        assertThat(filesAfter(0, 80, BYTES)).isEqualTo(RocksDbMerging.FILES_SELDOM_READ);
        assertThat(filesAfter(8_191, 1, 1)).isEqualTo(RocksDbMerging.FILES_SELDOM_READ);
        assertThat(filesAfter(1, 1, 1)).isEqualTo(RocksDbMerging.FILES);
    }

    @Test
    void aDatabaseThatIsOpenedAgainHasFewAgain() throws RocksDBException {
        assertThat(filesAfter(0, 80, BYTES)).isEqualTo(RocksDbMerging.FILES_SELDOM_READ);
        String directory = db.getName();
        db.close();
        db = RocksDB.open(options, directory);
        merging.reopened();
        assertThat(files()).isEqualTo(RocksDbMerging.FILES);
        assertThat(filesAfter(0, 80, BYTES)).isEqualTo(RocksDbMerging.FILES_SELDOM_READ);
    }
}
