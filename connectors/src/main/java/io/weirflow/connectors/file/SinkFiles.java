package io.weirflow.connectors.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * What the file sink does to a file system: each method one step, after any of which the process may die. Every step but
 * {@link #create} and writing is durable when it returns.
 */
interface SinkFiles {

    /** Creates a file, which must not be there, for writing. The bytes are durable after {@link #rename}. */
    OutputStream create(Path path) throws IOException;

    /** Makes the bytes of a closed file durable, then gives it its name at once, in place of what may have had it. */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file, or an empty directory; nothing when it is absent. */
    void delete(Path path) throws IOException;

    /** Creates a directory and those above it, where absent. */
    void createDirectories(Path directory) throws IOException;

    /** Returns the files of a directory, sorted by name; none when it is absent. */
    List<Path> list(Path directory) throws IOException;

    boolean exists(Path path) throws IOException;

    /** Appends a file to a stream. */
    void copy(Path from, OutputStream to) throws IOException;

    /** Returns the size of a file. */
    long sizeBytes(Path path) throws IOException;
}
