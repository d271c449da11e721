package io.weirflow.connectors.file;

import io.weirflow.api.connector.ConnectorException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The decompressed bytes of one open file. Every failure says which file it is and what was tried. */
final class FileBytes implements AutoCloseable {

    private static final int GZIP_BUFFER_BYTES = 64 * 1024;

    private final Path path;
    private final FileChannel channel;
    private final InputStream stream;
    private final boolean compressed;
    private final @Nullable Object fileKey;
    private long offset;

    private FileBytes(Path path, FileChannel channel, InputStream stream, boolean compressed, @Nullable Object key) {
        this.path = path;
        this.channel = channel;
        this.stream = stream;
        this.compressed = compressed;
        this.fileKey = key;
    }

    static boolean isCompressed(String path) {
        return path.toLowerCase(Locale.ROOT).endsWith(".gz");
    }

    static FileBytes open(Path path) {
        boolean compressed = isCompressed(path.toString());
        FileChannel channel = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
            InputStream raw = Channels.newInputStream(channel);
            InputStream stream = !compressed || channel.size() == 0
                    ? raw
                    : new GZIPInputStream(new BufferedInputStream(raw, GZIP_BUFFER_BYTES), GZIP_BUFFER_BYTES);
            return new FileBytes(path, channel, stream, compressed, key(path));
        } catch (IOException e) {
            closeQuietly(channel);
            throw failure(path, 0, e);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It was only read: the failure that led here is the one to tell.
            return;
        }
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private static ConnectorException failure(Path path, long offset, IOException e) {
        if (e instanceof NoSuchFileException) {
            return ConnectorException.fatal("file source: there is no file " + path);
        }
        if (e instanceof AccessDeniedException) {
            return ConnectorException.fatal("file source: no permission to read " + path);
        }
        if (e instanceof ZipException || e instanceof EOFException) {
            return new ConnectorException(
                    "file source: " + path + " is cut off or not gzip, near decompressed byte " + offset + ": "
                            + e.getMessage(),
                    false,
                    e);
        }
        return new ConnectorException(
                "file source: cannot read " + path + " at byte " + offset + ": " + e.getMessage(), true, e);
    }

    /** Returns the number of bytes read, or -1 at the end that the file has now. */
    int read(byte[] into, int at, int length) {
        try {
            int count = stream.read(into, at, length);
            offset += Math.max(count, 0);
            return count;
        } catch (IOException e) {
            throw failure(path, offset, e);
        }
    }

    /** Goes forward to an offset. */
    void skipTo(long target) {
        try {
            if (!compressed) {
                if (channel.size() < target) {
                    throw shrunk(channel.size(), target);
                }
                channel.position(target);
            } else {
                stream.skipNBytes(target - offset);
            }
            offset = target;
        } catch (EOFException e) {
            throw shrunk(-1, target);
        } catch (IOException e) {
            throw failure(path, offset, e);
        }
    }

    private ConnectorException shrunk(long size, long position) {
        return ConnectorException.fatal("file source: " + path + " is shorter"
                + (size < 0 ? "" : " (" + size + " bytes)") + " than what was already read of it (" + position
                + " bytes): it was truncated or replaced. Put the former file back, or start the pipeline anew");
    }

    /** Fails when a followed file was truncated below what was read, or its path names another file by now. */
    void checkFollowed() {
        try {
            if (channel.size() < offset) {
                throw shrunk(channel.size(), offset);
            }
            if (!Objects.equals(fileKey, key(path))) {
                throw ConnectorException.fatal("file source: " + path + " was replaced by another file (log rotation)"
                        + " after byte " + offset + "; everything before was read. Follow files that only grow,"
                        + " or start the pipeline anew with a pattern that matches the rotated files");
            }
        } catch (NoSuchFileException e) {
            throw ConnectorException.fatal("file source: " + path + " was removed or renamed while it was followed,"
                    + " after byte " + offset + "; everything before was read");
        } catch (IOException e) {
            throw failure(path, offset, e);
        }
    }

    /** Returns how many bytes lie ahead, or -1 when the file is compressed. */
    long remaining() {
        try {
            return compressed ? -1 : Math.max(0, channel.size() - offset);
        } catch (IOException e) {
            return -1;
        }
    }

    long offset() {
        return offset;
    }

    @Override
    public void close() {
        try {
            stream.close();
            channel.close();
        } catch (IOException e) {
            throw failure(path, offset, e);
        }
    }
}
