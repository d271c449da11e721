package io.weirflow.state;

import java.io.IOException;
import java.nio.file.Files;
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
     * Refuses a directory that has data but no pointer to it: RocksDB would begin a new database, and replay an old log into it.
     *
     * @throws StateCorruptException when CURRENT is missing beside data
     */
    static void checkPointer(Path directory) {
        if (Files.exists(directory.resolve(CURRENT))) {
            return;
        }
        for (Path file : list(directory)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".sst") || name.endsWith(".log") || name.startsWith("MANIFEST")) {
                throw new StateCorruptException(directory, CURRENT + " is missing beside " + name);
            }
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
