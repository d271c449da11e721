package io.weirflow.state;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Tells by what RocksDB reports what the caller has to do. */
final class RocksDbErrors {

    private RocksDbErrors() {}

    /** An error on opening: what the file system does not explain is damage. */
    static StateException onOpen(RocksDBException e, Path directory) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("LOCK:") && is(e, Status.Code.IOError)) {
            return new StateInUseException(
                    "The state directory " + directory + " is open elsewhere: in another process, or for another slot"
                            + " of this one. Stop the other process, or give each a data directory of its own. ("
                            + message + ")",
                    e);
        }
        if (is(e, Status.Code.IOError)) {
            return onAccess(e, directory);
        }
        return new StateCorruptException(directory, message, e);
    }

    /** An error on reading or writing. */
    static StateException onAccess(RocksDBException e, Path directory) {
        String message = String.valueOf(e.getMessage());
        if (is(e, Status.Code.Corruption)
                || message.contains("Corruption")
                || message.contains("No such file or directory")) {
            return new StateCorruptException(directory, message, e);
        }
        if (isDiskFull(e, message)) {
            return new StateIOException(
                    "The disk of the state directory " + directory + " is full. Free some space, or move the data"
                            + " directory to a larger disk, and start again: nothing is lost. (" + message + ")",
                    e);
        }
        return new StateIOException(
                "The state directory " + directory + " cannot be read or written. Check the disk and the permissions."
                        + " (" + message + ")",
                e);
    }

    private static boolean isDiskFull(RocksDBException e, String message) {
        Status status = e.getStatus();
        return (status != null && status.getSubCode() == Status.SubCode.NoSpace)
                || message.contains("No space left on device");
    }

    private static boolean is(RocksDBException e, Status.Code code) {
        @Nullable Status status = e.getStatus();
        return status != null && status.getCode() == code;
    }
}
