package io.weirflow.connectors.file;

import io.weirflow.api.connector.ConnectorException;
import io.weirflow.api.connector.RowEncoder;
import io.weirflow.api.connector.SinkWriter;
import io.weirflow.api.row.Row;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one slot into parts. A part is written under a hidden name, forced to disk, and renamed by a commit: from then on
 * it is durable and visible with the number of its last row, which its name carries.
 *
 * <p>Parts are rolled up like digits of a counter: {@value #ROLL_UP} of one level become one of the next. So there are few at any
 * time, and a row is copied a logarithmic number of times.
 */
final class FileSinkWriter implements SinkWriter.External {

    static final int ROLL_UP = 16;

    /** Parts that would become larger than this stay as they are. */
    private static final long MAX_ROLLED_BYTES = 256L << 20;

    /** A commit that no checkpoint waits for is put off until this much was written. */
    private static final long EARLY_COMMIT_BYTES = 4L << 20;

    private final SinkFiles files;
    private final PartStore store;
    private final String instance;
    private final int partition;
    private final RowEncoder encoder;
    private final ByteArrayOutputStream scratch = new ByteArrayOutputStream(512);

    private List<Part> parts = List.of();
    private long durable;
    private long written;
    private long pendingBytes;
    private boolean failed;
    private @Nullable OutputStream out;

    FileSinkWriter(SinkFiles files, PartStore store, String instance, int partition, RowEncoder encoder) {
        this.files = files;
        this.store = store;
        this.instance = instance;
        this.partition = partition;
        this.encoder = encoder;
    }

    private Path hidden(String purpose) {
        return store.directory().resolve(PartStore.HIDDEN + instance + ".p" + partition + "." + purpose);
    }

    /** Finds out what is durable and clears away what a crash left. */
    void recover() {
        try {
            Long finishedAt = store.finished()
                    .map(lastOf -> lastOf.getOrDefault(partition, 0L))
                    .orElse(null);
            if (finishedAt != null) {
                durable = finishedAt;
            } else {
                recoverParts();
            }
            written = durable;
            failed = false;
        } catch (IOException e) {
            throw store.failure("read what was written of", e);
        } catch (IllegalStateException e) {
            throw new ConnectorException(
                    "file sink: " + store.directory() + " is damaged: " + e.getMessage()
                            + ". Remove it and start the pipeline anew",
                    false,
                    e);
        }
    }

    private void recoverParts() throws IOException {
        files.createDirectories(store.directory());
        files.delete(hidden("inprogress"));
        files.delete(hidden("rollup"));
        List<Part> all = store.partsOf(partition);
        parts = Part.cover(all);
        for (Part part : all) {
            if (!parts.contains(part)) {
                files.delete(store.path(part));
            }
        }
        durable = last(parts);
    }

    private static long last(List<Part> parts) {
        return parts.isEmpty() ? 0 : parts.get(parts.size() - 1).last();
    }

    @Override
    public long durableSequence() {
        return durable;
    }

    @Override
    public void write(long sequence, Row row, long eventTimeMs) {
        if (failed) {
            recover();
        }
        if (sequence <= written) {
            return;
        }
        if (sequence != written + 1) {
            throw new IllegalStateException("row " + sequence + " after row " + written);
        }
        scratch.reset();
        encoder.encode(row, scratch);
        scratch.write('\n');
        try {
            OutputStream stream = out;
            if (stream == null) {
                stream = new BufferedOutputStream(files.create(hidden("inprogress")), 64 * 1024);
                out = stream;
            }
            scratch.writeTo(stream);
            pendingBytes += scratch.size();
            written = sequence;
        } catch (IOException e) {
            abandon();
            throw store.failure("write to", e);
        }
    }

    @Override
    public long commit(long sequence, boolean checkpoint) {
        boolean due = checkpoint || pendingBytes >= EARLY_COMMIT_BYTES;
        if (out == null || !due) {
            return durable;
        }
        try {
            commitPart(out);
            rollUp();
            return durable;
        } catch (IOException e) {
            abandon();
            throw store.failure("commit to", e);
        }
    }

    private void commitPart(OutputStream stream) throws IOException {
        stream.close();
        if (last(Part.cover(store.partsOf(partition))) != durable) {
            throw new IOException("another process commits the same rows");
        }
        Part part = new Part(instance, partition, durable + 1, written, 0);
        files.rename(hidden("inprogress"), store.path(part));
        List<Part> now = new ArrayList<>(parts);
        now.add(part);
        parts = now;
        durable = written;
        pendingBytes = 0;
        out = null;
    }

    private void rollUp() throws IOException {
        while (true) {
            List<Part> run = newestRun();
            if (run.size() < ROLL_UP || sizeBytes(run) > MAX_ROLLED_BYTES) {
                return;
            }
            Part rolled = new Part(
                    instance,
                    partition,
                    run.get(0).first(),
                    last(run),
                    run.get(0).level() + 1);
            try (OutputStream to = new BufferedOutputStream(files.create(hidden("rollup")), 64 * 1024)) {
                for (Part part : run) {
                    files.copy(store.path(part), to);
                }
            }
            files.rename(hidden("rollup"), store.path(rolled));
            List<Part> now = new ArrayList<>(parts.subList(0, parts.size() - run.size()));
            now.add(rolled);
            parts = now;
            for (Part part : run) {
                files.delete(store.path(part));
            }
        }
    }

    /** Returns the newest parts that have one level, as many as are rolled up. */
    private List<Part> newestRun() {
        int start = parts.size();
        int level = parts.get(parts.size() - 1).level();
        while (start > 0
                && parts.size() - start < ROLL_UP
                && parts.get(start - 1).level() == level) {
            start--;
        }
        return parts.subList(start, parts.size());
    }

    private long sizeBytes(List<Part> run) throws IOException {
        long sum = 0;
        for (Part part : run) {
            sum += files.sizeBytes(store.path(part));
        }
        return sum;
    }

    /**
     * Forgets what is not committed; the engine hands it over again. A failed commit may yet have been one: that is looked up
     * before the next row.
     */
    private void abandon() {
        failed = true;
        OutputStream stream = out;
        out = null;
        pendingBytes = 0;
        written = durable;
        try {
            if (stream != null) {
                stream.close();
            }
            files.delete(hidden("inprogress"));
            files.delete(hidden("rollup"));
        } catch (IOException e) {
            // The failure that led here is the one to tell; what is left over is removed when the sink is opened again.
            return;
        }
    }

    @Override
    public void close() {
        abandon();
    }
}
