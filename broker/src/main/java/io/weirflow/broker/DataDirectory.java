package io.weirflow.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one broker: {@code broker.lock} and {@code kafka/}, which Kafka calls its log directory.
 *
 * <p>Kafka locks its log directory too, but only after its controller has opened and written the metadata log in there.
 * A second process would damage that log before it noticed; hence a lock of our own that is taken before anything else.
 *
 * <p>Thread-safe: a folder is opened and closed by one thread, different folders by any.
 */
final class DataDirectory implements AutoCloseable {

    /**
     * The folders open in this JVM. POSIX locks belong to the process: opening the lock file a second time and closing
     * it again would drop the first broker's lock, so that case must be found without touching the file.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path root;
    private final FileChannel lockFile;
    private final FileLock lock;

    private DataDirectory(Path root, FileChannel lockFile, FileLock lock) {
        this.root = root;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Creates the folder where it is missing and locks it against other brokers.
     *
     * @throws BrokerStartException if it cannot be created or written, is in use, or has too little free space
     */
    static DataDirectory open(Path folder, BrokerLimits limits) throws BrokerStartException {
        Path root = create(folder);
        if (!OPEN.add(root)) {
            throw inUse(root);
        }
        try {
            checkFreeSpace(root, limits);
            return lock(root);
        } catch (BrokerStartException | RuntimeException e) {
            OPEN.remove(root);
            throw e;
        }
    }

    private static Path create(Path folder) throws BrokerStartException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BrokerStartException("The broker's data folder " + folder
                    + " is a file. Name a folder, or a place where one can be created.");
        }
        try {
            return Files.createDirectories(folder).toRealPath();
        } catch (IOException e) {
            throw notWritable(folder, e);
        }
    }

    private static DataDirectory lock(Path root) throws BrokerStartException {
        FileChannel channel = null;
        try {
            channel =
                    FileChannel.open(root.resolve("broker.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw inUse(root);
            }
            return new DataDirectory(root, channel, lock);
        } catch (IOException e) {
            closeAfter(e, channel);
            throw notWritable(root, e);
        }
    }

    private static void closeAfter(IOException failure, @Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private static void checkFreeSpace(Path root, BrokerLimits limits) throws BrokerStartException {
        long freeBytes;
        try {
            freeBytes = Files.getFileStore(root).getUsableSpace();
        } catch (IOException e) {
            throw notWritable(root, e);
        }
        if (freeBytes < limits.minFreeDiskBytes()) {
            throw new BrokerStartException(
                    "The disk of the broker's data folder " + root + " has only " + mib(freeBytes)
                            + " MiB left; at least " + mib(limits.minFreeDiskBytes())
                            + " MiB are needed. Free some space, or name a folder on another disk.");
        }
    }

    private static long mib(long bytes) {
        return bytes / (1024 * 1024);
    }

    /** Kafka's log directory; it exists once formatted. */
    Path logDir() {
        return root.resolve("kafka");
    }

    /** Where a format in progress is kept until it is complete. */
    Path stagingDir() {
        return root.resolve("kafka.formatting");
    }

    Path root() {
        return root;
    }

    /** Gives up the lock; the files stay. */
    @Override
    public void close() throws IOException {
        try {
            lock.release();
            lockFile.close();
        } finally {
            OPEN.remove(root);
        }
    }

    /** Removes a folder and all below it; what vanishes meanwhile is no error. */
    static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> below = Files.list(folder)) {
            for (Path entry : (Iterable<Path>) below::iterator) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    deleteTree(entry);
                } else {
                    Files.deleteIfExists(entry);
                }
            }
        }
        Files.deleteIfExists(folder);
    }

    private static BrokerStartException inUse(Path root) {
        return new BrokerStartException("The broker's data folder " + root
                + " is in use by another broker. Stop the other one, or name another folder.");
    }

    static BrokerStartException notWritable(Path folder, IOException cause) {
        String what = cause instanceof AccessDeniedException
                ? " may not be written by this user"
                : " cannot be written (" + reason(cause) + ")";
        return new BrokerStartException(
                "The broker's data folder " + folder + what
                        + ". Check its owner, its permissions and the free space of its disk, or name another folder.",
                cause);
    }

    private static String reason(IOException cause) {
        if (cause instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
