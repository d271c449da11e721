package io.weirflow.worker.slot;

import io.weirflow.api.state.StateTable;
import io.weirflow.state.Change;
import io.weirflow.state.Delta;
import io.weirflow.state.HeapBackend;
import io.weirflow.state.StateBackend;
import io.weirflow.state.StateCorruptException;
import io.weirflow.state.StoredProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A slot's local state on the disk of one worker: it survives the process as it was after the last write, or a former one. */
public final class SimDisk {

    /** What is on the disk. */
    record Content(TreeMap<byte[], byte[]> entries, Optional<StoredProgress> progress) {
        Content copy() {
            return new Content(new TreeMap<>(entries), progress);
        }
    }

    private record OneChange(byte[] key, byte[] value) implements Change {

        @Override
        public int keyLength() {
            return key.length;
        }

        @Override
        public int valueLength() {
            return value.length;
        }

        @Override
        public void copyKey(byte[] target, int at) {
            System.arraycopy(key, 0, target, at, key.length);
        }

        @Override
        public void copyValue(byte[] target, int at) {
            System.arraycopy(value, 0, target, at, value.length);
        }
    }

    private final List<Content> history = new ArrayList<>();
    private Content content = empty();
    private boolean corrupt;
    private @Nullable Backend open;

    private static Content empty() {
        return new Content(new TreeMap<>(Arrays::compareUnsigned), Optional.empty());
    }

    Content content() {
        return content;
    }

    /** The process has ended. */
    public void crash() {
        if (open != null) {
            open.close();
        }
    }

    public void lose() {
        content = empty();
    }

    public void damage() {
        corrupt = true;
    }

    /** What was written lately had not reached the disk. */
    public void revert(int versions) {
        if (!history.isEmpty()) {
            content = history.get(Math.max(0, history.size() - 1 - versions)).copy();
        }
    }

    public StateBackend open() {
        if (open != null) {
            throw new IllegalStateException("the state is open: somebody has not closed it");
        }
        open = new Backend();
        return open;
    }

    private void remember() {
        history.add(content.copy());
    }

    private final class Backend implements StateBackend {
        private final HeapBackend heap = new HeapBackend();
        private boolean closed;

        Backend() {
            content.entries().forEach((key, value) -> heap.load(one(key, value)));
            content.progress().ifPresent(heap::endLoad);
        }

        private static Delta one(byte[] key, byte[] value) {
            return new Delta() {
                @Override
                public int size() {
                    return 1;
                }

                @Override
                public long bytes() {
                    return (long) key.length + value.length;
                }

                @Override
                public Iterator<Change> iterator() {
                    return List.<Change>of(new OneChange(key, value)).iterator();
                }
            };
        }

        private void check() {
            if (corrupt) {
                throw new StateCorruptException(Path.of("sim"), "planted");
            }
        }

        @Override
        public byte @Nullable [] get(byte[] key) {
            check();
            return heap.get(key);
        }

        @Override
        public StateTable.Cursor scan(byte[] from, byte[] to) {
            check();
            return heap.scan(from, to);
        }

        @Override
        public void write(Delta delta, StoredProgress progress) {
            check();
            heap.write(delta, progress);
            apply(delta);
            content = new Content(content.entries(), Optional.of(progress));
            remember();
        }

        private void apply(Delta delta) {
            delta.forEach((key, value) -> {
                if (value == null) {
                    content.entries().remove(key);
                } else {
                    content.entries().put(key, value);
                }
            });
        }

        @Override
        public Optional<StoredProgress> progress() {
            check();
            return heap.progress();
        }

        @Override
        public void beginLoad() {
            heap.beginLoad();
            content = new Content(content.entries(), Optional.empty());
        }

        @Override
        public void load(Delta delta) {
            heap.load(delta);
            apply(delta);
        }

        @Override
        public void endLoad(StoredProgress progress) {
            heap.endLoad(progress);
            content = new Content(content.entries(), Optional.of(progress));
            remember();
        }

        @Override
        public void clear() {
            heap.clear();
            content = empty();
            corrupt = false;
        }

        @Override
        public long approximateSizeBytes() {
            return heap.approximateSizeBytes();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                heap.close();
                open = null;
            }
        }
    }
}
