package io.weirflow.connectors.file;

import io.weirflow.api.connector.ConnectorException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one file sink:
 *
 * <pre>
 * out/rates.jsonl            the result, once the pipeline has finished; an older one stays until then
 * out/rates.jsonl.parts/     committed parts, see {@link Part}, and hidden ones that are being written
 * out/.rates.jsonl.done      which instance made the result, and how many rows of each partition are in it
 * </pre>
 *
 * <p>To finish: write the result beside its place, rename it, write the mark {@code .done}, remove the parts. A crash before the mark
 * repeats everything from parts that are all there; a crash behind it only removes what is left. The mark stays, so that a finished
 * pipeline that is started again knows that there is nothing to write.
 */
final class PartStore {

    static final String HIDDEN = ".";

    private static final Logger LOG = LoggerFactory.getLogger(PartStore.class);

    private final SinkFiles files;
    private final Path target;
    private final String instance;
    private final boolean restored;

    /** @param restored whether what earlier lives have written must stay: this one began from a savepoint, and has only what came after */
    PartStore(SinkFiles files, Path target, String instance, boolean restored) {
        this.restored = restored;
        this.files = files;
        this.target = target;
        this.instance = instance;
    }

    Path directory() {
        return target.resolveSibling(target.getFileName() + ".parts");
    }

    private Path mark() {
        return target.resolveSibling(HIDDEN + target.getFileName() + ".done");
    }

    private Path merging() {
        return target.resolveSibling(HIDDEN + target.getFileName() + ".merging");
    }

    Path path(Part part) {
        return directory().resolve(part.fileName());
    }

    /** Returns the committed parts of this instance. */
    List<Part> parts() throws IOException {
        return files.list(directory()).stream()
                .flatMap(path -> Part.parse(path.getFileName().toString()).stream())
                .filter(part -> part.instance().equals(instance))
                .toList();
    }

    List<Part> partsOf(int partition) throws IOException {
        return parts().stream().filter(part -> part.partition() == partition).toList();
    }

    /** Makes the directory, and removes the parts of instances that will never resume. */
    void prepare() throws IOException {
        if (finished().isPresent()) {
            return;
        }
        files.createDirectories(directory());
        if (restored) {
            return;
        }
        int removed = 0;
        for (Path path : files.list(directory())) {
            String name = path.getFileName().toString();
            boolean stale = Part.parse(name)
                    .map(part -> !part.instance().equals(instance))
                    .orElse(name.startsWith(HIDDEN) && !name.startsWith(HIDDEN + instance + "."));
            if (stale) {
                files.delete(path);
                removed++;
            }
        }
        if (removed > 0) {
            LOG.atWarn()
                    .addKeyValue("parts", removed)
                    .addKeyValue("folder", directory())
                    .log("The file sink has removed parts of an earlier run, which was not finished");
        }
    }

    /** Returns the number of the last row of each partition in the result, when this instance has made it. */
    Optional<Map<Integer, Long>> finished() throws IOException {
        if (!files.exists(mark())) {
            return Optional.empty();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        files.copy(mark(), bytes);
        String[] lines = bytes.toString(StandardCharsets.UTF_8).split("\n");
        if (!lines[0].equals(instance)) {
            return Optional.empty();
        }
        Map<Integer, Long> lastOf = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] words = lines[i].split(" ");
            lastOf.put(Integer.valueOf(words[0]), Long.valueOf(words[1]));
        }
        return Optional.of(lastOf);
    }

    /** Merges the parts into the result. May be called again after a crash, and after it is done. */
    void finish(byte[] header) throws IOException {
        if (finished().isEmpty()) {
            List<Part> cover = Part.cover(parts());
            writeResult(cover, header);
            writeMark(cover);
        }
        boolean others = false;
        for (Path path : files.list(directory())) {
            if (restored && !path.getFileName().toString().startsWith(instance + ".")) {
                others = true;
            } else {
                files.delete(path);
            }
        }
        if (!others) {
            files.delete(directory());
        }
    }

    /** Returns where the result of an earlier life goes when this one, which began from a savepoint, has a result of its own. */
    private Path former() {
        return target.resolveSibling(target.getFileName() + ".before-" + instance);
    }

    private void writeResult(List<Part> cover, byte[] header) throws IOException {
        files.delete(merging());
        boolean compressed = FileBytes.isCompressed(target.toString());
        try (OutputStream raw = new BufferedOutputStream(files.create(merging()));
                OutputStream out = compressed ? new GZIPOutputStream(raw) : raw) {
            out.write(header);
            for (Part part : cover) {
                files.copy(path(part), out);
            }
        }
        if (restored && files.exists(target) && !files.exists(former())) {
            files.rename(target, former());
        }
        files.rename(merging(), target);
    }

    private void writeMark(List<Part> cover) throws IOException {
        Map<Integer, Long> lastOf = new HashMap<>();
        cover.forEach(part -> lastOf.merge(part.partition(), part.last(), Math::max));
        StringBuilder text = new StringBuilder(instance).append('\n');
        lastOf.forEach((partition, last) ->
                text.append(partition).append(' ').append(last).append('\n'));
        Path written = mark().resolveSibling(mark().getFileName() + ".tmp");
        files.delete(written);
        try (OutputStream out = files.create(written)) {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
        files.rename(written, mark());
    }

    ConnectorException failure(String doing, IOException e) {
        return new ConnectorException(
                "file sink: cannot " + doing + " " + target + ": " + e
                        + ". Nothing is lost: free space or mend the permissions, and the sink goes on",
                true,
                e);
    }
}
