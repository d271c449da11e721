package io.weirflow.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weirflow.cli.RefusedException;
import io.weirflow.protocol.id.WorkerId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder of {@code --data}: the embedded broker's log and the worker's local state, of one pipeline in one version, used by one process at a
 * time; or the local state of a worker that is a service of its own. Without {@code --data} a temporary one, removed at the end.
 */
public final class DataDirectory implements AutoCloseable {

    private static final int LAYOUT = 1;
    /** With less than this no log can be written. */
    private static final long FULL_BYTES = 4L << 20;

    private static final String META = "weirflow.json";
    private static final String LOCK = "weirflow.lock";

    private final Path root;
    private final boolean temporary;
    private final FileChannel lockFile;
    private final FileLock lock;

    private DataDirectory(Path root, boolean temporary, FileChannel lockFile, FileLock lock) {
        this.root = root;
        this.temporary = temporary;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Opens the folder, which is made when it is absent.
     *
     * @param given null for a temporary one
     * @throws RefusedException when it cannot be used: why, and what to do
     */
    public static DataDirectory open(@Nullable Path given) {
        try {
            Path root = given == null ? Files.createTempDirectory("weirflow-") : Files.createDirectories(given);
            FileChannel channel =
                    FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new RefusedException("data directory " + root
                        + " is in use by another process: stop that one, or give another --data");
            }
            return new DataDirectory(root, given == null, channel, lock);
        } catch (IOException e) {
            String name = given == null ? "for temporary files" : given.toString();
            throw new RefusedException("data directory " + name + " cannot be used (" + reason(e)
                    + "): give --data a folder that can be written and has some free space");
        }
    }

    private static String reason(IOException e) {
        if (e instanceof FileAlreadyExistsException) {
            return "it is a file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /**
     * Binds the folder to a pipeline, or checks that it is bound to this one.
     *
     * @param nowMs the time, in milliseconds since the epoch
     * @return the incarnation of the worker that starts now: larger than all before
     * @throws RefusedException when the folder belongs to another pipeline or version
     */
    long claim(String pipeline, String fingerprint, long nowMs) {
        Optional<JsonNode> meta = readMeta();
        meta.ifPresent(found -> check(found, pipeline, fingerprint));
        long former =
                meta.map(found -> found.path("worker_incarnation").asLong(0)).orElse(0L);
        long incarnation = Math.max(former + 1, nowMs);
        ObjectNode written = new ObjectMapper().createObjectNode();
        written.put("layout", LAYOUT);
        written.put("pipeline", pipeline);
        written.put("fingerprint", fingerprint);
        written.put("worker_incarnation", incarnation);
        writeMeta(written.toPrettyString());
        return incarnation;
    }

    /**
     * Binds the folder to a worker that is a service of its own, or checks that it is bound to this one.
     *
     * @param name of the worker; empty for the one that the folder is bound to, or else {@code fresh}
     * @param fresh a name that is in no other use
     * @param nowMs the time, in milliseconds since the epoch
     * @return the name, and the life that begins now
     * @throws RefusedException when the folder belongs to something else
     */
    public WorkerId claimWorker(Optional<String> name, String fresh, long nowMs) {
        Optional<JsonNode> meta = readMeta();
        String owner = meta.map(found -> found.path("worker").asText()).orElse("");
        if (meta.isPresent() && owner.isEmpty()) {
            throw new RefusedException(
                    "data directory " + root + " belongs to 'weirflow run', not to a worker: give" + " another --data");
        }
        if (!owner.isEmpty() && name.isPresent() && !name.get().equals(owner)) {
            throw new RefusedException("data directory " + root + " belongs to worker '" + owner + "', not to '"
                    + name.get() + "': give another --data, or leave out --name");
        }
        String chosen = owner.isEmpty() ? name.orElse(fresh) : owner;
        long former =
                meta.map(found -> found.path("worker_incarnation").asLong(0)).orElse(0L);
        long incarnation = Math.max(former + 1, nowMs);
        ObjectNode written = new ObjectMapper().createObjectNode();
        written.put("layout", LAYOUT);
        written.put("worker", chosen);
        written.put("worker_incarnation", incarnation);
        writeMeta(written.toPrettyString());
        return new WorkerId(chosen, incarnation);
    }

    private void check(JsonNode meta, String pipeline, String fingerprint) {
        int layout = meta.path("layout").asInt();
        if (layout != LAYOUT) {
            throw new RefusedException(
                    "data directory " + root + " has layout " + layout + " and this version of Weirflow " + LAYOUT
                            + ": use the version that made it, or give another --data");
        }
        if (meta.has("worker")) {
            throw new RefusedException("data directory " + root + " belongs to worker '"
                    + meta.path("worker").asText() + "': give another --data");
        }
        String owner = meta.path("pipeline").asText();
        if (!owner.equals(pipeline)) {
            throw new RefusedException("data directory " + root + " belongs to pipeline '" + owner + "', not to '"
                    + pipeline + "': give another --data");
        }
        if (!meta.path("fingerprint").asText().equals(fingerprint)) {
            throw new RefusedException("data directory " + root + " belongs to another version of pipeline '" + pipeline
                    + "': the pipeline, or the set of files that it reads, has changed since. Go back to the former one, or"
                    + " give another --data to start anew");
        }
    }

    private Optional<JsonNode> readMeta() {
        Path file = root.resolve(META);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ObjectMapper().readTree(Files.readString(file)));
        } catch (JsonProcessingException e) {
            throw new RefusedException(
                    file + " is damaged: this is not a data directory of Weirflow; give another --data");
        } catch (IOException e) {
            throw new RefusedException(file + " cannot be read (" + reason(e) + ")");
        }
    }

    private void writeMeta(String text) {
        try {
            Path staged = root.resolve(META + ".new");
            Files.writeString(staged, text);
            Files.move(staged, root.resolve(META), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new RefusedException("data directory " + root + " cannot be written (" + reason(e)
                    + "): free some space, or give another --data");
        }
    }

    /** Returns what to say when the disk is full. */
    Optional<String> full() {
        long freeBytes;
        try {
            freeBytes = Files.getFileStore(root).getUsableSpace();
        } catch (IOException e) {
            return Optional.empty();
        }
        if (freeBytes >= FULL_BYTES) {
            return Optional.empty();
        }
        return Optional.of("the disk is full that holds the data directory " + root + ": "
                + (temporary
                        ? "free some space, or give --data a folder on another disk, and run the pipeline again"
                        : "free some space and run the pipeline again with the same --data; nothing is lost, it goes on"
                                + " from there"));
    }

    Path broker() {
        return root.resolve("broker");
    }

    /** Where slots keep their local state. */
    public Path state() {
        return root.resolve("state");
    }

    @Override
    public void close() {
        try {
            lock.release();
            lockFile.close();
            if (temporary) {
                delete(root);
            }
        } catch (IOException e) {
            // Nothing depends on it: the system releases the lock with the process, and what is left is in the
            // temporary folder.
            return;
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException problem) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
