package io.weirflow.testkit.state;

import io.weirflow.state.RocksDbBackend;
import io.weirflow.state.RocksDbRuntime;
import io.weirflow.state.StateBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A directory with a RocksDB. A crash is a copy of the files while the database is open: what the operating system holds at that moment is
 * what a kill of the process leaves. The next back end opens the copy.
 */
final class RocksDbSite implements BackendSite {

    private final RocksDbRuntime runtime;
    private final Path parent;
    private int generation;
    private RocksDbBackend current;

    RocksDbSite(RocksDbRuntime runtime, Path parent) {
        this.runtime = runtime;
        this.parent = parent;
    }

    Path directory() {
        return parent.resolve("slot-" + generation);
    }

    @Override
    public StateBackend open() {
        current = runtime.open(directory());
        return current;
    }

    @Override
    public void crash() {
        Path before = directory();
        generation++;
        copyAtOneMoment(before, directory());
        current.close();
    }

    @Override
    public boolean survivesCrashes() {
        return true;
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
        }
    }

    /** Copies again when a background flush or compaction came in between. */
    static void copyAtOneMoment(Path from, Path to) {
        try {
            Map<String, Long> before;
            do {
                before = sizes(from);
                Files.createDirectories(to);
                for (Path old : list(to)) {
                    Files.delete(old);
                }
                copy(from, to);
            } while (!before.equals(sizes(from)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : list(from)) {
            try {
                Files.copy(file, to.resolve(file.getFileName()));
            } catch (NoSuchFileException e) {
                // Removed in the background: the comparison of the lists sees it.
                continue;
            }
        }
    }

    private static Map<String, Long> sizes(Path directory) throws IOException {
        return list(directory).stream()
                .collect(Collectors.toMap(
                        file -> file.getFileName().toString(),
                        file -> file.toFile().length()));
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.endsWith("LOCK")).sorted().toList();
        }
    }
}
