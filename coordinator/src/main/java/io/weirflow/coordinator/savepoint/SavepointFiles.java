package io.weirflow.coordinator.savepoint;

import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.savepoint.SavepointBlock;
import io.weirflow.protocol.savepoint.SavepointBlock.Codec;
import io.weirflow.protocol.savepoint.SavepointManifest;
import io.weirflow.protocol.savepoint.SavepointManifestCodec;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Savepoints in a folder, a file for each: {@code PIPELINE/NAME.savepoint}. It can be copied to wherever it is needed. A file is written under a hidden
 * name, forced to disk and renamed, so one that is there is whole. The form is that of {@link SavepointBlock}. Any thread.
 */
public final class SavepointFiles {

    private static final String SUFFIX = ".savepoint";
    private static final String HIDDEN = ".";
    private static final int TRAILER_BYTES = 20;
    private static final int MAX_BLOCK_BYTES = 256 << 20;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path folder;
    private final String writer;

    /** @param writer names the process: two that write one savepoint at the same time must not write one file */
    public SavepointFiles(Path folder, String writer) {
        this.folder = folder;
        this.writer = writer;
    }

    /** A file that there is. */
    public record Found(String pipeline, String name, long sizeBytes) {}

    private Path path(String pipeline, String name) {
        return folder.resolve(pipeline).resolve(name + SUFFIX);
    }

    public boolean exists(String pipeline, String name) {
        return Files.exists(path(pipeline, name));
    }

    /** Returns all files, in the order of their names. */
    public List<Found> list() {
        List<Found> found = new ArrayList<>();
        try (Stream<Path> all = Files.exists(folder) ? Files.walk(folder, 2) : Stream.empty()) {
            for (Path one : all.sorted().toList()) {
                String file = one.getFileName().toString();
                boolean inFolder = folder.relativize(one).getNameCount() == 2;
                if (inFolder && Files.isRegularFile(one) && file.endsWith(SUFFIX) && !file.startsWith(HIDDEN)) {
                    String name = file.substring(0, file.length() - SUFFIX.length());
                    found.add(new Found(folder.relativize(one).getName(0).toString(), name, Files.size(one)));
                }
            }
            return found;
        } catch (IOException | UncheckedIOException e) {
            throw new SavepointFailure("the savepoints in " + folder + " cannot be listed: " + e, e);
        }
    }

    /** Begins a new file; nothing of it is to be seen until {@link Writer#commit}. */
    public Writer create(String pipeline, String name) {
        return new Writer(path(pipeline, name), writer);
    }

    /** Writes a file. */
    public static final class Writer implements BlockTarget, AutoCloseable {
        private final Path target;
        private final Path hidden;
        private final FileOutputStream file;
        private final DataOutputStream out;
        private long hash;
        private long position;
        private long manifestAt;
        private long hashBeforeManifest;

        Writer(Path target, String writer) {
            this.target = target;
            this.hidden = target.resolveSibling(HIDDEN + target.getFileName() + "." + writer + ".tmp");
            try {
                Files.createDirectories(target.getParent());
                file = new FileOutputStream(hidden.toFile());
                out = new DataOutputStream(new BufferedOutputStream(file, BUFFER_BYTES));
                out.writeInt(Codec.MAGIC);
                out.writeByte(Codec.VERSION);
                position = Integer.BYTES + 1;
            } catch (IOException e) {
                throw cannotWrite(e);
            }
        }

        private SavepointFailure cannotWrite(IOException e) {
            return new SavepointFailure("savepoint " + target + " cannot be written: " + e, e);
        }

        @Override
        public void write(SavepointBlock block) {
            int kind = Codec.kind(block);
            byte[] payload = Codec.payload(block);
            if (block instanceof SavepointBlock.Manifest) {
                manifestAt = position;
                hashBeforeManifest = hash;
            }
            hash = Codec.hash(kind, payload, hash);
            try {
                out.writeByte(kind);
                out.writeInt(payload.length);
                out.write(payload);
                out.writeLong(hash);
            } catch (IOException e) {
                throw cannotWrite(e);
            }
            position += Codec.HEAD_BYTES + payload.length + Codec.HASH_BYTES;
        }

        /** Makes the file durable and gives it its name, after the end block. Returns its size in bytes. */
        public long commit() {
            try {
                out.writeLong(manifestAt);
                out.writeLong(hashBeforeManifest);
                out.writeInt(Codec.MAGIC);
                out.flush();
                file.getFD().sync();
                out.close();
                if (Files.exists(target)) {
                    throw new SavepointFailure("savepoint " + target + " is there by now; give another name", null);
                }
                Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE);
                forceFolder();
                return position + TRAILER_BYTES;
            } catch (IOException e) {
                throw cannotWrite(e);
            }
        }

        /** Or a power cut might take the name away again. */
        private void forceFolder() throws IOException {
            try (FileChannel channel = FileChannel.open(target.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                channel.force(true);
            }
        }

        /** Removes what was not committed. */
        @Override
        public void close() {
            try {
                // Not through the buffer: a disk that is full would not take what is in it.
                file.close();
                Files.deleteIfExists(hidden);
            } catch (IOException e) {
                throw cannotWrite(e);
            }
        }
    }

    /**
     * Returns what a savepoint is of, by its manifest alone.
     *
     * @throws SavepointFailure when it is not there, damaged there, or of a newer version
     */
    public SavepointManifest manifest(String pipeline, String name) {
        Path path = path(pipeline, name);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            checkHead(path, file.readInt(), file.readByte());
            if (file.length() < TRAILER_BYTES) {
                throw damaged(path, "it is cut");
            }
            file.seek(file.length() - TRAILER_BYTES);
            long manifestAt = file.readLong();
            long before = file.readLong();
            if (file.readInt() != Codec.MAGIC || manifestAt < 0 || manifestAt > file.length()) {
                throw damaged(path, "its end is missing");
            }
            file.seek(manifestAt);
            int kind = file.readByte();
            byte[] payload = new byte[length(path, file.readInt(), file.length() - manifestAt)];
            file.readFully(payload);
            if (file.readLong() != Codec.hash(kind, payload, before)) {
                throw damaged(path, "its manifest");
            }
            return SavepointManifestCodec.decode(payload);
        } catch (IOException | WireFormatException e) {
            throw unreadable(path, e);
        }
    }

    /**
     * Reads a savepoint block by block, each after its hash was found right.
     *
     * @throws SavepointFailure when it is not there, damaged, or of a newer version; blocks before that were handed over
     */
    public void read(String pipeline, String name, BlockTarget to) {
        Path path = path(pipeline, name);
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES))) {
            checkHead(path, in.readInt(), in.readByte());
            long hash = 0;
            SavepointBlock block;
            do {
                int kind = in.readByte();
                byte[] payload = new byte[length(path, in.readInt(), Files.size(path))];
                in.readFully(payload);
                hash = Codec.hash(kind, payload, hash);
                if (in.readLong() != hash) {
                    throw damaged(path, "a block is not as it was written");
                }
                block = Codec.read(kind, payload);
                to.write(block);
            } while (!(block instanceof SavepointBlock.End));
        } catch (IOException | WireFormatException e) {
            throw unreadable(path, e);
        }
    }

    private static void checkHead(Path path, int magic, int version) {
        if (magic != Codec.MAGIC) {
            throw damaged(path, "it does not begin as a savepoint does");
        }
        if (version != Codec.VERSION) {
            throw new SavepointFailure(
                    "savepoint " + path + " is of version " + version + ", and this program reads version "
                            + Codec.VERSION + ": use the version of Weirflow that wrote it, or a newer one",
                    null);
        }
    }

    private static int length(Path path, int length, long room) {
        if (length < 0 || length > room || length > MAX_BLOCK_BYTES) {
            throw damaged(path, "a block's length");
        }
        return length;
    }

    private static SavepointFailure damaged(Path path, String what) {
        return new SavepointFailure(
                "savepoint " + path + " is damaged (" + what + "); take another one, or bring an undamaged copy", null);
    }

    private static SavepointFailure unreadable(Path path, Exception e) {
        if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
            return new SavepointFailure("there is no savepoint " + path, e);
        }
        if (e instanceof EOFException) {
            return damaged(path, "it is cut");
        }
        return new SavepointFailure("savepoint " + path + " cannot be read: " + e.getMessage(), e);
    }
}
