package io.weirflow.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Errors are told apart by what to do about them. */
final class RocksDbErrorsTest {

    private static final Path DIRECTORY = Path.of("/data/slot-1");

    @BeforeAll
    static void loadLibrary() {
        RocksDB.loadLibrary();
    }

    @Test
    void aFullDiskSaysWhatToDo() {
        assertThat(RocksDbErrors.onAccess(error(Status.Code.IOError, Status.SubCode.NoSpace, "x"), DIRECTORY))
                .isInstanceOf(StateIOException.class)
                .hasMessageContaining("/data/slot-1")
                .hasMessageContaining("is full. Free some space");
        RocksDBException textOnly =
                error(Status.Code.IOError, Status.SubCode.None, "While appending: No space left on device");
        assertThat(RocksDbErrors.onOpen(textOnly, DIRECTORY))
                .isInstanceOf(StateIOException.class)
                .hasMessageContaining("is full");
    }

    @Test
    void damageAsksForARestore() {
        assertThat(RocksDbErrors.onAccess(error(Status.Code.Corruption, Status.SubCode.None, "bad block"), DIRECTORY))
                .isInstanceOf(StateCorruptException.class);
        RocksDBException missing =
                error(Status.Code.IOError, Status.SubCode.None, "open 000007.sst: No such file or directory");
        assertThat(RocksDbErrors.onAccess(missing, DIRECTORY)).isInstanceOf(StateCorruptException.class);
        RocksDBException odd = error(Status.Code.InvalidArgument, Status.SubCode.None, "unknown comparator");
        assertThat(RocksDbErrors.onOpen(odd, DIRECTORY)).isInstanceOf(StateCorruptException.class);
    }

    @Test
    void aDiskThatRefusesIsNotTakenForDamage() {
        RocksDBException denied = error(Status.Code.IOError, Status.SubCode.None, "open 1: Permission denied");
        assertThat(RocksDbErrors.onOpen(denied, DIRECTORY))
                .isInstanceOf(StateIOException.class)
                .hasMessageContaining("permissions");
        assertThat(RocksDbErrors.onAccess(new RocksDBException("no status"), DIRECTORY))
                .isInstanceOf(StateIOException.class);
    }

    private static RocksDBException error(Status.Code code, Status.SubCode subCode, String message) {
        return new RocksDBException(message, new Status(code, subCode, message));
    }
}
