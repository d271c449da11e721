package io.weirflow.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** The files of a RocksDB back end, and what can be told of them without opening them. */
final class RocksDbDirectory {

    /**
     * Stands in a directory while it is being removed. Files go in no particular order, and a crash in between could leave a newer
     * write-ahead log without the older one, which RocksDB would take for whole.
     */
    private static final String WIPING = "WIPING";

    private static final String CURRENT = "CURRENT";

    private RocksDbDirectory() {}

    static void create(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StateIOException(
                    "Cannot make the state directory " + directory + ": " + e
                            + ". Check that its parent exists and is writable.",
                    e);
        }
    }

    static boolean isHalfWiped(Path directory) {
        return Files.exists(directory.resolve(WIPING));
    }

    /**
     * Refuses what RocksDB would not notice: data without the pointer to it (it would begin a new database, and replay an old log into it), and
     * logs that it would read for ever.
     *
     * @throws StateCorruptException when the files are damaged
     */
    static void check(Path directory) {
        boolean hasPointer = Files.exists(directory.resolve(CURRENT));
        for (Path file : list(directory)) {
            String name = file.getFileName().toString();
            boolean isLog = name.endsWith(".log") || name.startsWith("MANIFEST");
            if (!hasPointer && (isLog || name.endsWith(".sst"))) {
                throw new StateCorruptException(directory, CURRENT + " is missing beside " + name);
            }
            if (isLog) {
                checkLog(directory, file);
            }
        }
    }

    private static void checkLog(Path directory, Path file) {
        try {
            RocksDbLogs.check(directory, file);
        } catch (NoSuchFileException e) {
            // Whoever has the directory open removed it; opening will be refused.
            return;
        } catch (IOException e) {
            throw new StateIOException("Cannot read " + file + ": " + e + ". Check the disk and the permissions.", e);
        }
    }

    static void destroy(Path directory, Options options) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        Path wiping = directory.resolve(WIPING);
        boolean mine = !Files.exists(wiping);
        try {
            Files.write(wiping, new byte[0]);
            RocksDB.destroyDB(directory.toString(), options);
            for (Path file : list(directory)) {
                if (!file.equals(wiping)) {
                    Files.deleteIfExists(file);
                }
            }
            Files.delete(wiping);
            Files.deleteIfExists(directory);
        } catch (RocksDBException e) {
            RuntimeException translated = RocksDbErrors.onOpen(e, directory);
            if (mine && translated instanceof StateInUseException) {
                deleteQuietly(wiping, translated);
            }
            throw translated;
        } catch (IOException e) {
            throw new StateIOException(
                    "Cannot remove the state directory " + directory + ": " + e + ". Remove it by hand.", e);
        }
    }

    private static void deleteQuietly(Path file, Throwable reason) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new StateIOException(
                    "Cannot read the state directory " + directory + ": " + e + ". Check its permissions.", e);
        }
    }
}
