package io.weirflow.connectors.file;

import io.weirflow.api.connector.ConnectorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Resolves a path or glob to files, and files to partitions. */
final class FileSet {

    /** More files than this share partitions, one after the other. */
    static final int MAX_PARTITIONS = 64;

    private static final int MAX_DEPTH = 32;

    private FileSet() {}

    /**
     * Returns the files that a path or glob means, sorted by their whole path. Names that begin with a dot match no glob.
     *
     * @throws ConnectorException when there is none
     */
    static List<Path> resolve(Path baseDir, String pathOrGlob) {
        try {
            Path literal = baseDir.resolve(pathOrGlob).toAbsolutePath().normalize();
            if (Files.isRegularFile(literal)) {
                return List.of(literal);
            }
            if (Files.isDirectory(literal)) {
                throw ConnectorException.fatal("file source: '" + pathOrGlob + "' is a directory (" + literal
                        + "); give a file, or a pattern such as '" + pathOrGlob + "/*'");
            }
            if (!isGlob(pathOrGlob)) {
                throw ConnectorException.fatal(
                        "file source: there is no file '" + pathOrGlob + "' (looked for " + literal + ")");
            }
            return match(baseDir.toAbsolutePath().normalize(), pathOrGlob);
        } catch (InvalidPathException e) {
            throw ConnectorException.fatal("file source: '" + pathOrGlob + "' is no path: " + e.getReason());
        }
    }

    static boolean isGlob(String path) {
        return path.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
    }

    private static List<Path> match(Path baseDir, String glob) {
        Path start = glob.startsWith("/") ? Path.of("/") : baseDir;
        int firstGlob = 0;
        String[] parts = glob.split("/");
        while (firstGlob < parts.length - 1 && !isGlob(parts[firstGlob])) {
            start = start.resolve(parts[firstGlob++]);
        }
        start = start.normalize();
        String rest = String.join("/", List.of(parts).subList(firstGlob, parts.length));
        PathMatcher matcher = start.getFileSystem().getPathMatcher("glob:" + rest);
        int depth = rest.contains("**") ? MAX_DEPTH : parts.length - firstGlob;
        Path root = start;
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(root)) {
            try (Stream<Path> files = Files.walk(root, depth, FileVisitOption.FOLLOW_LINKS)) {
                files.filter(file -> matcher.matches(root.relativize(file)))
                        .filter(file -> !file.getFileName().toString().startsWith("."))
                        .filter(Files::isRegularFile)
                        .forEach(found::add);
            } catch (IOException | UncheckedIOException e) {
                throw new ConnectorException("file source: cannot list " + root + ": " + e.getMessage(), false, e);
            }
        }
        if (found.isEmpty()) {
            throw ConnectorException.fatal("file source: no file matches '" + glob + "' (looked below " + root + ")");
        }
        found.sort(Comparator.comparing(Path::toString));
        return List.copyOf(found);
    }

    static int partitions(List<Path> files) {
        return Math.min(files.size(), MAX_PARTITIONS);
    }

    /** Returns the files of one partition: every 64th. */
    static List<Path> ofPartition(List<Path> files, int partition) {
        List<Path> mine = new ArrayList<>();
        for (int i = partition; i < files.size(); i += MAX_PARTITIONS) {
            mine.add(files.get(i));
        }
        if (mine.size() > Positions.MAX_FILES) {
            throw ConnectorException.fatal("file source: more than " + Positions.MAX_FILES * MAX_PARTITIONS
                    + " files; split them over several streams");
        }
        return mine;
    }
}
